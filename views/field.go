package views

import (
	"github.com/a-h/templ"
	"outcry/views/lang"
)

// control is one labelled control of a form. Type "" is text.
type control struct {
	ID       string
	Name     string
	Label    lang.Key
	Hint     lang.Key
	Type     string
	Auto     string // autocomplete
	Mode     string // inputmode
	Currency string // symbol before the control
	List     string // id of a datalist
	Pattern  string
	Min, Max string
	MaxLen   int // 0 = 200
	Rows     int // textarea
	Need     bool
	Off      bool // shown, and cannot be changed
	Field
}

// describedBy lists the ids of what explains the control.
func (c control) describedBy() string {
	switch {
	case c.Error != "" && c.Hint != "":
		return c.ID + "-e " + c.ID + "-h"
	case c.Error != "":
		return c.ID + "-e"
	case c.Hint != "":
		return c.ID + "-h"
	}
	return ""
}

func (c control) maxLen() int {
	if c.MaxLen == 0 {
		return 200
	}
	return c.MaxLen
}

// attributes are those that only some controls have.
func (c control) attributes() templ.Attributes {
	a := templ.Attributes{}
	set(a, "autocomplete", c.Auto)
	set(a, "inputmode", c.Mode)
	set(a, "list", c.List)
	set(a, "pattern", c.Pattern)
	set(a, "min", c.Min)
	set(a, "max", c.Max)
	set(a, "aria-describedby", c.describedBy())
	if c.Error != "" {
		a["aria-invalid"] = "true"
	}
	if c.Need {
		a["required"] = true
	}
	if c.Off {
		a["readonly"] = true
	}
	return a
}

// option is one choice of a chooser.
type option struct {
	Value string
	Text  lang.Key // or what somebody called it, which no language has another word for
}

// set adds an attribute that has something to say.
func set(a templ.Attributes, name, value string) {
	if value != "" {
		a[name] = value
	}
}
