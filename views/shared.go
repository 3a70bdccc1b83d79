package views

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"outcry/auction"
	"outcry/static"
	"outcry/views/lang"
)

// Shared is what a link to a page shows where somebody posts it, and what
// search engines read of it (Open Graph, schema.org). It has no price of a lot
// that is open but in the data: a preview is kept for days.
type Shared struct {
	Address string // the page's one address, without what follows a ?
	Title   string
	Text    string
	Picture string // full address, "" = the house's icon
	House   string // the house's address
	Data    any    // for schema.org, nil = none
}

func (s Shared) picture() string {
	if s.Picture == "" {
		return s.House + static.Path("icon-512.png")
	}
	return s.Picture
}

// data is the JSON for a script element: <, > and & are escaped in it, so that
// no text can end the element.
func (s Shared) data() (string, error) {
	text, err := json.Marshal(s.Data)
	return string(text), err
}

// summary is the beginning of a text as one line of plain words.
func summary(text string, most int) string {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune("*_#>`[]", r) {
			return ' '
		}
		return r
	}, text)), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	cut := string([]rune(text)[:most])
	if at := strings.LastIndexByte(cut, ' '); at > 0 {
		cut = cut[:at]
	}
	return cut + "…"
}

type jsonObject = map[string]any

// ShareLot is a lot as links to it show it. house is the house's address.
func ShareLot(ctx context.Context, e auction.Entry, s auction.Sale, house string) Shared {
	v := Shared{
		House: house, Address: house + string(lotURL(e.ID)), Title: e.Title,
		Text: strings.TrimSpace(lang.T(ctx, "Lot %s in %s.", e.Number, s.Title) + " " + summary(e.Subtitle+" "+e.Description, 160)),
	}
	data := jsonObject{"@context": "https://schema.org", "@type": "Product", "name": e.Title, "sku": e.Number, "url": v.Address}
	if about := summary(e.Subtitle+" "+e.Description, 500); about != "" {
		data["description"] = about
	}
	if e.Category != "" {
		data["category"] = e.Category
	}
	var pictures []string
	for _, p := range e.Photos {
		pictures = append(pictures, house+PhotoURL(p, "l"))
	}
	if len(pictures) > 0 {
		v.Picture, data["image"] = pictures[0], pictures
	}
	if offer := offerData(e, s, v.Address); offer != nil {
		data["offers"] = offer
	}
	v.Data = data
	return v
}

// offerData is what the lot costs, as everybody sees it; nil when it is not to
// be had and was not sold.
func offerData(e auction.Entry, s auction.Sale, address string) jsonObject {
	o := jsonObject{"@type": "Offer", "priceCurrency": s.Currency.Code, "url": address}
	price, there := e.Price, "InStock"
	switch e.State {
	case auction.Upcoming:
		price, there = e.Opening, "PreOrder"
		o["availabilityStarts"] = dataTime(e.OpensAt)
	case auction.Open:
		if e.Bids == 0 {
			price = e.Opening
		}
	case auction.Sold:
		price, there = e.Hammer, "SoldOut"
	default:
		return nil
	}
	if e.State != auction.Sold {
		o["availabilityEnds"] = dataTime(e.ClosesAt)
	}
	o["price"], o["availability"] = price.Decimal(s.Currency), "https://schema.org/"+there
	return o
}

// ShareSale is a sale as links to it show it.
func ShareSale(ctx context.Context, s auction.Sale, lots int, by, house string) Shared {
	v := Shared{House: house, Address: house + string(saleURL(s.Slug)), Title: s.Title, Text: lang.N(ctx, lots, "%s lot", "%s lots") + ". " + lang.T(ctx, "Closes %s.", DateTime(ctx, s.ClosesAt, s.Zone))}
	data := jsonObject{
		"@context": "https://schema.org", "@type": "SaleEvent", "name": s.Title, "url": v.Address, "description": v.Text,
		"startDate": dataTime(s.OpensAt), "endDate": dataTime(s.ClosesAt),
		"eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode", "eventStatus": "https://schema.org/EventScheduled",
		"location": jsonObject{"@type": "VirtualLocation", "url": v.Address},
	}
	if by != "" {
		data["organizer"] = jsonObject{"@type": "Organization", "name": by, "url": house + "/"}
	}
	v.Data = data
	return v
}

// ShareHouse is the front page.
func ShareHouse(ctx context.Context, name, house string) Shared {
	return Shared{House: house, Address: house + "/", Title: name, Text: lang.T(ctx, "Auctions, live in the browser of any phone.")}
}
