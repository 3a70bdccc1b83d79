package demo

import "outcry/auction"

func lots1to6() []item {
	return []item{
		{
			picture: "football", alt: "A leather football with faded signatures",
			title: "Match ball from the cup tie that went to twenty-two penalties",
			by:    "Signed by both sides, and by the referee, who asked to", category: "Curiosities",
			donor: "Alder Vale Football Club", low: 60, high: 100, opening: 20, closes: firstClose,
			moves: []bid{{0, 32}, {3, 28}},
			text: `The ball from the quarter-final of 2011, decided after dark by the visitors’ goalkeeper, who had already packed his gloves. Twenty-three signatures, of which nineteen can be read and two are of the same person.

It has been kept in the trophy cabinet, which it had to itself. Holds air for about a week.`,
		},
		{
			picture: "chair", alt: "A teak armchair with a wool seat",
			title: "Teak armchair, recovered in wool", by: "Danish, about 1962", category: "For the house",
			donor: "Estate of Miss O. Lindqvist", low: 150, high: 220, opening: 60, reserve: 150,
			becomes: auction.Sold, moves: []bid{{1, 120}, {2, 180}, {4, 240}},
			text: `A low armchair of the sort that is easy to sit down in and hard to leave. The frame was cleaned and oiled last spring; the seat and back are new wool in a grey that the upholsterer calls “February”.

Miss Lindqvist read every prize novel of forty years in it, and wrote her opinion of each inside the cover. The novels went to the library. The chair is for you.`,
		},
		{
			picture: "teapot", alt: "A round brown teapot",
			title: "The day room teapot, thirty-six cups", by: "Brown earthenware, lid replaced in 1988", category: "For the house",
			donor: "The Friends of St Alder’s", low: 40, high: 70, opening: 15, closes: 3,
			text: `By the Friends’ own reckoning this pot has poured a little over four hundred thousand cups. It takes two hands and a confident manner. It does not drip, which is more than can be said of its successor.

Offered with its cosy, knitted in the club colours by somebody who followed another club.`,
		},
		{
			picture: "typewriter", alt: "A portable typewriter with round keys",
			title: "Portable typewriter, with an unfinished letter", by: "About 1936, serviced, new ribbon", category: "Curiosities",
			donor: "Mr T. Ashworth", low: 120, high: 180, opening: 50, buy: 240, closes: 4,
			text: `Bought by the donor’s grandmother to write to the council, and used for nothing else until 1971. All keys work; the capital R stands a little proud, which is how the council came to recognise her.

The last letter is still in the carriage. It begins “Further to my previous forty-one letters”, and is included.`,
		},
		{
			picture: "books", alt: "Five leather-bound volumes on a shelf",
			title: "The complete county history, in five volumes, with the folding maps and the rare errata slip to volume three",
			by:    "London, 1797–1801", category: "Books and maps",
			donor: "Anonymous", low: 400, high: 600, opening: 200, reserve: 380,
			becomes: auction.Passed, moves: []bid{{3, 260}, {1, 300}},
			text: `Contemporary calf, rebacked, some foxing, all twenty-two maps present. The errata slip corrects the population of the village, which the author had counted on market day.

A former owner has disagreed with volume two in pencil throughout, and on page 214 apologises.`,
		},
		{
			picture: "lamp", alt: "A desk lamp with a jointed arm",
			title: "Drawing-office lamp with jointed arm", by: "Enamelled steel, 1950s, rewired and tested", category: "For the house",
			donor: "Harbour & Pike, Architects", low: 90, high: 140, opening: 40, closes: 4.9,
			text: `It lit the drawing board on which the library, the swimming baths and the multi-storey car park were designed. The firm would like it judged by the library.

The arm stays exactly where it is put. New flex in old gold, fitted by a qualified electrician, with a certificate to say so.`,
		},
	}
}
