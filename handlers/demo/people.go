package demo

import (
	"fmt"
	"strings"

	"outcry/auction"
)

// Character is somebody who bids in the demo.
type Character struct {
	Name   string
	Email  string // in a domain that no mail reaches
	Paddle auction.Paddle
	Temper Temper
}

// Temper is how somebody bids.
type Temper string

const (
	Nibbler   Temper = "nibbler"   // the least that will do, often, until it is too much
	Setter    Temper = "setter"    // a round maximum, and back only when outbid
	Impulsive Temper = "impulsive" // jumps ahead, and buys now
	Sniper    Temper = "sniper"    // silent until the last moments
	Collector Temper = "collector" // one category, and that dearly
	Undecided Temper = "undecided" // looks much, bids little, follows others
)

// People returns the first n characters of the demo, n at least 0. The first
// few are the same whatever n is.
func People(n int) []Character {
	names, tempers := names(), tempers()
	people := make([]Character, n)
	for i := range people {
		// Beyond the list, everybody's forename meets everybody's surname in
		// turn, and beyond those a number tells people apart.
		first, _, _ := strings.Cut(names[i%len(names)], " ")
		round := i / len(names)
		_, last, _ := strings.Cut(names[(i+round)%len(names)], " ")
		name := first + " " + last
		email := strings.ToLower(first) + "." + strings.ToLower(strings.ReplaceAll(last, " ", ""))
		if round >= len(names) {
			name = fmt.Sprintf("%s %d", name, round/len(names)+1)
			email = fmt.Sprintf("%s.%d", email, i)
		}
		people[i] = Character{Name: name, Email: email + "@winter-sale.example", Paddle: paddle(i), Temper: tempers[i%len(tempers)]}
	}
	return people
}

// paddle spreads the numbers as if people had come in any order, none twice.
func paddle(i int) auction.Paddle {
	const first, many, stride = 20, 389, 137 // many is a prime: every number is met once
	n := first + i
	if i < many {
		n = first + i*stride%many
	}
	if p := auction.Paddle(fmt.Sprint(n)); p != Visitor {
		return p
	}
	return "9" // below all the others
}

func tempers() []Temper {
	return []Temper{
		Nibbler, Setter, Impulsive, Nibbler, Setter, Collector,
		Sniper, Nibbler, Undecided, Setter, Impulsive, Sniper,
	}
}

func names() []string {
	return []string{
		"Maud Ferris", "Desmond Achebe", "Priya Raman", "Walter Slee", "Ines Carvalho", "Hugo Pemberton",
		"Nora Quill", "Tomasz Zielinski", "Bea Lockwood", "Gareth Pryce", "Yusuf Demir", "Clementine Hart",
		"Alasdair Munro", "Fatima Siddiqui", "Ruth Abelson", "Piet Vermeer", "Oona Gallagher", "Samuel Boateng",
		"Edie Marchbanks", "Kenji Mori", "Dorothy Twelvetrees", "Luca Bianchi", "Marguerite Olive", "Jonah Sparrow",
	}
}
