package views

import (
	"net/url"

	"outcry/auction"
)

// PhotoURL is the address of a lot's picture in size "s", "m" or "l". A
// drawing (svg) has one file for every size.
func PhotoURL(p auction.Photo, size string) string {
	name := url.PathEscape(p.Name)
	if p.Ext == "svg" {
		return "/photos/" + name + ".svg"
	}
	return "/photos/" + name + "-" + size + "." + url.PathEscape(p.Ext)
}
