package handlers

// Route is a line of the site map, for tests that walk it.
type Route struct{ Pattern, Who string }

// SiteMap lists the routes as they are served, and who each is for.
func SiteMap() []Route {
	var all []Route
	for _, rt := range (&Handlers{}).routes() {
		all = append(all, Route{rt.pattern, whoNames[rt.who]})
	}
	return all
}

var whoNames = map[who]string{
	unsaid: "", nobody: "nobody", anyone: "anyone", bidding: "bidding", member: "member", account: "account",
	clerk: "clerk", maker: "maker", organiser: "organiser", owner: "owner",
}
