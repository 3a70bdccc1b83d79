package demo

import "outcry/auction"

func lots13to18() []item {
	return []item{
		{
			picture: "guitar", alt: "An acoustic guitar",
			title: "Parlour guitar with a song in it", by: "Spruce and mahogany, made in Alder Vale, 1998", category: "Music",
			donor: "Ms Bryony Keel", low: 350, high: 500, opening: 160, reserve: 280, closes: 10.5,
			text: `Number eleven of the forty guitars that Bryony Keel built above the chandler’s, small in the body and louder than it looks. One repaired crack in the top, honest wear around the sound hole, new strings, hard case.

The buyer may also name a subject on which the maker will write a song of not less than three verses. Divorce is taken.`,
		},
		{
			picture: "telescope", alt: "A brass telescope on a wooden tripod",
			title: "Brass telescope on a mahogany tripod", by: "Three-inch refractor, about 1890", category: "Curiosities",
			donor: "Captain R. Dunmore", low: 400, high: 600, opening: 180, closes: 11.6,
			text: `Good clean optics, two eyepieces, and a tripod that can be trusted in a breeze. It shows the rings of Saturn on a clear night and the clock of the customs house, four miles off, on any day at all.

The captain used it to see who was home before paying calls, and now prefers the telephone.`,
		},
		{
			picture: "quilt", alt: "A patchwork quilt in many colours",
			title: "Quilt in one hundred and forty-four names", by: "Made in the day room, 2019–2024", category: "For the house",
			donor: "The Tuesday Stitchers", low: 350, high: 550, opening: 80, closes: 12.6,
			text: `Each of its squares was cut from something that somebody had loved: shirts, curtains, a judo belt, the lining of a wedding coat. A booklet tells whose, in their own words or their family’s. Cotton throughout, double size, hand-quilted.

The Stitchers ask that it be used. It washes at thirty degrees, and so, they say, did they.`,
		},
		{
			picture: "kayak", alt: "A yellow kayak with a paddle",
			title: "Sea kayak, little used", by: "Five metres, with paddle, spray deck and good intentions", category: "Out of doors",
			donor: "Mr S. Ludlow", low: 250, high: 400, opening: 50, buy: 550, closes: 13.6,
			text: `Bought in May by a man who had read a book about it, and launched three times, the third time by accident. Dry hatches, adjustable footrests, one scratch that the slipway deserves half the blame for.

Mr Ludlow has taken up choral singing. He will help to carry it as far as the gate.`,
		},
		{
			picture: "wine", alt: "Bottles of wine in a wooden case",
			title: "Twelve bottles from the doctor’s cellar", by: "Mixed case, 1996–2012, chosen by a committee", category: "Food and drink",
			donor: "Dr P. Whitcombe", low: 240, high: 360, opening: 40, becomes: auction.Upcoming, opens: 3, closes: 14.5,
			text: `Six clarets, four Burgundies, a Rhône and one bottle without a label that the committee opened the twin of, and recommends. Kept lying down in the dark for a decade, as the doctor also prescribed.

Sold to adults only, and collected from the hospice, with a note on what to drink this winter and what to leave alone until the children can be trusted with it.`,
		},
		{
			picture: "cake", alt: "A tall cake on a stand",
			title: "A cake on the day, twelve times", by: "By the Night Shift, who bake", category: "Food and drink",
			donor: "Ward staff of St Alder’s", low: 150, high: 240, opening: 20, becomes: auction.Upcoming, opens: 5, closes: 15.4,
			text: `Name twelve days in the coming year, and a cake will be there by four o’clock on each: coffee and walnut, lemon drizzle, the ginger one, or something ambitious from Staff Nurse Adeyemi, who has won things.

Allergies and grudges against sultanas are taken down at the front desk. Cakes for people who have had a bad week go to the top of the list.`,
		},
	}
}
