// press
