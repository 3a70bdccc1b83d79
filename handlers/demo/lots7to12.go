package demo

import "outcry/auction"

func lots7to12() []item {
	return []item{
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
