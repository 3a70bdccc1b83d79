package demo

import "outcry/auction"

// morning are the first twelve lots.
func morning() []item {
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
		{
			picture: "bicycle", alt: "A dark green touring bicycle",
			title: "Touring bicycle, restored", by: "Hand-built steel frame, 56 cm, British racing green", category: "Out of doors",
			donor: "Spoke & Word, Mill Lane", low: 220, high: 320, opening: 100, reserve: 180, closes: 5.8,
			text: `Built in 1979 for a schoolmaster who rode it to Rome and, finding the shop shut, back again. Stripped, resprayed and rebuilt this year by the volunteers of the Thursday workshop, who teach in the hospice garage.

Fifteen gears, new tyres, mudguards, a bell of unusual authority. Suits a rider between 5 ft 7 and 6 ft.`,
		},
		{
			picture: "vase", alt: "A blue and white vase painted with chrysanthemums",
			title: "Blue and white vase with chrysanthemums", by: "Delft, De Klaauw workshop, about 1760", category: "For the house",
			donor: "Mrs H. van Rijswijk", low: 250, high: 400, opening: 120, closes: 6.7,
			moves: []bid{{2, 140}},
			text: `Tin-glazed earthenware, 31 cm, painted with chrysanthemums by somebody who had been told about chrysanthemums. Two old chips at the rim and a hairline that has not moved since it was first noticed, in 1903.

For thirty years it stood on the donor’s piano and held spills, pencils and, one Christmas, a goldfish.`,
		},
		{
			picture: "piano", alt: "An upright piano",
			title: "Upright piano in rosewood", by: "Overstrung, 1912, tuned twice a year", category: "Music",
			donor: "Mr and Mrs D. Okafor", low: 300, high: 500, opening: 100, closes: 7,
			becomes: auction.Withdrawn, why: "The piano cannot be brought down the stairs that it went up in 1974. The donors have decided to keep it, and have given £200 in its place.",
			text: `A warm, slightly forgetful piano with a full iron frame, all its ivories and a middle C that three generations have started from. The candle sconces are original and should stay unlit.

It is on the second floor. The stairs are said to be wide enough.`,
		},
		{
			picture: "map", alt: "An old hand-coloured map in a frame",
			title: "Map of the county, with a mistake", by: "Hand-coloured engraving, 1724, framed", category: "Books and maps",
			donor: "Fenwick’s Prints", low: 180, high: 260, opening: 80, closes: 7.6,
			text: `A handsome map, 48 × 39 cm, in its original colour, on which the engraver has placed St Alder’s on the wrong bank of the river. The parish complained in 1725 and has the reply.

Good margins, an old centre fold, and a sea monster off the estuary that the harbour master confirms is about right.`,
		},
		{
			picture: "cheese", alt: "A board with several cheeses and a knife",
			title: "Cheese board for twelve, every month for a year", by: "Given by The Old Dairy, Market Street", category: "Food and drink",
			donor: "The Old Dairy", low: 300, high: 450, opening: 120, buy: 600, closes: 8.5,
			text: `On the first Friday of each month Mrs Quill will choose five cheeses at their best, and wrap them with a card that says which to eat first and why. January leans on the washed rinds. August is kinder.

Collected from the shop, or brought round within four miles by her nephew, who is not to be tipped in cheese.`,
		},
		{
			picture: "garden", alt: "A walled garden with a path and a gate",
			title: "A day in your garden with a head gardener", by: "Eight hours, his tools, your tea", category: "Days and evenings",
			donor: "Mr Col Tansley", low: 150, high: 250, opening: 60, closes: 9.4,
			text: `Col Tansley has had the walled garden at Alder Court for twenty-six years. He will look at yours, say nothing for ten minutes, and then know what to do about it. Winners so far report that he was right about the hedge.

Any weekday between March and June, within thirty miles. He brings a spade, a saw and a flask, and leaves a planting plan.`,
		},
	}
}
