package views

import "fmt"

// QRFile is a code as an SVG file of its own.
func QRFile(q QR) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox=%q shape-rendering="crispEdges"><rect x="%d" y="%d" width="100%%" height="100%%" fill="#fff"/><path fill="#000" d=%q/></svg>`,
		q.box(), -quiet, -quiet, q.Path)
}
