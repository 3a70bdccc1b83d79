// bid
