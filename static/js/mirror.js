// mirror
