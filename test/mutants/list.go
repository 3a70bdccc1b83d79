package main

import "outcry/test/house"

// mutants are all there are, room by room.
func mutants() []mutant {
	var all []mutant
	for _, room := range [][]mutant{rules(), orders(), rows(), sockets(), pages(), whole()} {
		all = append(all, room...)
	}
	return all
}

// edit is one change of one file.
func edit(file, old, now string) house.Edit { return house.Edit{File: file, Old: old, New: now} }

func edits(list ...house.Edit) []house.Edit { return list }

// scripts are an auctioneer's, and see most of what can be wrong with the rules.
var scripts = test{pkg: "./auction", run: "^TestScripts$"}

// in is a test of a room.
func in(pkg, run string) test { return test{pkg: "./" + pkg, run: "^" + run + "$"} }

// conform is a test of the suite that both databases pass.
func conform(database, name string) test {
	return test{pkg: "./store", run: "^Test" + database + "$/^" + name + "$"}
}
