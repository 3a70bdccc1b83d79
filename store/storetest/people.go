package storetest

var peopleTests = []conformance{}
