module outcry

go 1.26
