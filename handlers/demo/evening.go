package demo

import "outcry/auction"

// evening are the last twelve lots.
func evening() []item {
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
		{
			picture: "balloon", alt: "A striped hot-air balloon in the sky",
			title: "Balloon flight at dawn for two", by: "With breakfast, if we land near it", category: "Days and evenings",
			donor: "Alder Vale Ballooning", low: 250, high: 350, opening: 50, buy: 500, becomes: auction.Upcoming, opens: 7, closes: 16.3,
			text: `An hour over the vale at whatever height and in whatever direction the morning has in mind. The pilot has made nine hundred flights and as many landings. You help to fold up; everybody helps to fold up.

From April to September, on a morning that the pilot likes the look of. Three earlier winners have seen the sea. One has seen the inside of a marquee.`,
		},
		{
			picture: "cottage", alt: "A white cottage above a beach",
			title: "A week for six in a cottage by the sea", by: "Given by the Prior family, any week in May", category: "Days and evenings",
			donor: "The Prior family", low: 500, high: 800, opening: 150, closes: 17.2,
			moves: []bid{{4, 200}},
			text: `Three bedrooms, a stove, a shelf of jigsaws of which most are complete, and a gate on to the beach. No television, no signal in the kitchen, and one bar if you stand on the wall and face north-west.

Linen and logs are included. The dog next door is called Admiral and will visit. Dogs of your own are welcome, subject to Admiral.`,
		},
		{
			picture: "portrait", alt: "A portrait of a dog in a ruff",
			title: "Your dog, in oils, as a person of rank", by: "Portrait to commission, 40 × 50 cm", category: "Pictures",
			donor: "Ms Imelda Frost", low: 200, high: 320, opening: 30, becomes: auction.Upcoming, opens: 9, closes: 17.9,
			text: `Imelda Frost will paint your dog from life, or from photographs if life will not sit still, in the dress of any century. Recent sitters include an alderman, two admirals and a bishop, who was a pug.

About eight weeks from the first sitting. Cats are considered; the cat decides.`,
		},
		{
			picture: "painting", alt: "A sailing boat near a headland at dusk",
			title: "Sloop off the point, evening", by: "Manner of H. W. Moesman, oil on canvas, 52 × 71 cm", category: "Pictures",
			donor: "The Trustees of Alder Court", low: 600, high: 900, opening: 300, reserve: 500, closes: 18.6,
			moves: []bid{{1, 340}, {3, 400}},
			text: `A sloop stands in for the shelter of the point with about an hour of light left. Old relining, a restored patch in the sky, a good gilt frame. It hung over the stairs at Alder Court, where visitors were asked whether she would make it.

“Manner of” means that it is not by Moesman. It means also that you can afford it.`,
		},
		{
			picture: "watch", alt: "A gentleman’s wristwatch on a leather strap",
			title: "Gentleman’s wristwatch with small seconds", by: "Aurelle, Geneva, 1958", category: "Curiosities",
			donor: "Dr P. Whitcombe", low: 800, high: 1200, opening: 400, reserve: 700, closes: 19.3,
			moves: []bid{{0, 440}, {5, 480}},
			text: `Steel, 34 mm, hand-wound, on a new calf strap. Given to the donor’s father on qualifying, and worn on every ward round for thirty-eight years; he took a pulse by it some two hundred thousand times. Serviced in October, with the bill.

It gains four seconds a day. The doctor held that this was the right direction.`,
		},
		{
			picture: "cello", alt: "A cello with a warm brown varnish",
			title: "Cello, three-quarter size", by: "Mittenwald, about 1900, with bow and case", category: "Music",
			donor: "The family of Anna Weiss", low: 3000, high: 4000, opening: 1200, reserve: 2600, closes: 20,
			moves: []bid{{2, 1450}, {5, 1600}},
			text: `A well-kept three-quarter cello with a sweet, open voice, set up this autumn by Brandt & Daughter with new bridge and strings. Two repaired cracks in the front, both sound; papers and the bow maker’s letter come with it.

Anna Weiss taught on it for fifty years. Of her pupils eleven became players, one a bishop, and all of them, she said, learned to listen.`,
		},
	}
}
