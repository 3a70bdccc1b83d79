package storetest

var bidTests = []conformance{}
