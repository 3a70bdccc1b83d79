package main

// whole are bugs that the harnesses around the built program have to see.
func whole() []mutant {
	crash := in("test/crash", "TestCrash")
	crash.short = true
	return []mutant{
		{"answer before COMMIT, killed", "a kill loses a bid whose bidder was told yes",
			edits(edit("saleroom/round.go", "\t\t\t\treturn o.result\n\t\t\t}\n", "\t\t\t\treturn o.result\n\t\t\t}\n\t\t\tclose(o.done)\n"),
				edit("saleroom/room.go", "\tr.settle(batch)\n\tfor _, o := range batch {\n\t\tclose(o.done)\n\t}\n", "\tr.settle(batch)\n")), crash},
		{"refused bid not kept, killed", "one key hears two answers",
			edits(edit("store/bid.go", "\tk := bidKey{lot, b.By.Paddle, b.Key}\n", "\tif a.Outcome == auction.Refused {\n\t\treturn nil\n\t}\n\tk := bidKey{lot, b.By.Paddle, b.Key}\n")), crash},
		{"failed sync ignored, whole", "the house goes on after its disk has lied",
			edits(edit("store/fault.go", "case sqlite3.ErrIoErrFsync, sqlite3.ErrIoErrDirFsync,", "case sqlite3.ErrIoErrDirFsync,")), in("test/fault", "TestSyncFails")},
		{"tie to the later, whole evenings", "equal maxima go to the later one, seen in simulated evenings",
			edits(edit("auction/decide.go", "case amount > l.Max:", "case amount >= l.Max:")), in("test/sim", "TestSim")},
	}
}
