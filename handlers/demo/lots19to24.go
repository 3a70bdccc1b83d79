package demo

import "outcry/auction"

func lots19to24() []item {
	return []item{
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
