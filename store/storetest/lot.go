package storetest

var lotTests = []conformance{}
