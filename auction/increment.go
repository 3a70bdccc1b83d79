package auction

// Band is one row of an increment table: up to and including UpTo the step is
// Step. The last band has UpTo 0 and holds for every price above.
type Band struct {
	UpTo Money
	Step Money
}

// Table is an increment table, bands ascending by UpTo, the open one last
// (rules §1). A fixed step is a table of one open band.
type Table []Band
