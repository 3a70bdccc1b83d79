package sheet

import (
	"fmt"
	"strings"
	"testing"
)

func TestBidders(t *testing.T) {
	for name, file := range map[string]string{
		"plain":        "Name,Email,Paddle\nAda Prior,Ada@Example.org,7\nBob Hale,bob@example.org,\nCy Low,,C-3\n",
		"other order":  "paddle no.;E-MAIL;Full name\n7;ada@example.org;Ada Prior\n;mailto:bob@example.org;Bob Hale\nC-3;;Cy Low\n",
		"split names":  "Surname\tFirst name\tEmail address\tPaddle number\nPrior\tAda\tada@example.org\t7\nHale\tBob\tBob Hale <bob@example.org>\t\nLow\tCy\t\tC-3\n",
		"untidy cells": "Name, Email ,Paddle\n Ada  Prior , ada@example.org , 7\nBob Hale,bob@example.org\n\nCy&#32;Low,,C-3\n",
	} {
		got, problems, err := Bidders(strings.NewReader(file))
		var lines []string
		for _, b := range got {
			lines = append(lines, fmt.Sprintf("%s/%s/%s", b.Name, b.Email, b.Paddle))
		}
		want := "[Ada Prior/ada@example.org/7 Bob Hale/bob@example.org/ Cy Low//C-3]"
		if err != nil || len(problems) > 0 || fmt.Sprint(lines) != want {
			t.Errorf("%s: %v, %v, %v; want %v", name, lines, problems, err, want)
		}
	}
}

func TestBiddersProblems(t *testing.T) {
	for _, c := range []struct{ name, row, column, says string }{
		{"no name", ",x@example.org,", colName, "no name"},
		{"long name", strings.Repeat("x", 101) + ",x@example.org,", colName, "101 letters"},
		{"no at", "X,example.org,", colEmail, "not an email"},
		{"no domain", "X,x@,", colEmail, "not an email"},
		{"no dot", "X,x@localhost,", colEmail, "not an email"},
		{"dot at the end", "X,x@example.,", colEmail, "not an email"},
		{"two addresses", "X,\"x@example.org, y@example.org\",", colEmail, "not an email"},
		{"a space", "X,x y@example.org,", colEmail, "not an email"},
		{"long", "X," + strings.Repeat("x", 250) + "@example.org,", colEmail, "not an email"},
		{"email twice", "X,ADA@example.org,", colEmail, "line 2 already"},
		{"paddle twice", "X,x@example.org,a1", colPaddle, "line 2 already"},
		{"bad paddle", "X,x@example.org,1 2", colPaddle, "no paddle"},
		{"long paddle", "X,x@example.org,123456789", colPaddle, "no paddle"},
		{"neither", "X,,", colEmail, "neither"},
		{"more cells", "X,x@example.org,5,Vicar", "", "more cells"},
	} {
		got, problems, err := Bidders(strings.NewReader("Name,Email,Paddle\nAda,ada@example.org,A1\n" + c.row + "\nBob,bob@example.org,B2\n"))
		if err != nil || len(problems) != 1 || len(got) != 2 || got[1].Line != 4 {
			t.Errorf("%s: %+v, %v, %v; want one problem and two bidders", c.name, got, problems, err)
			continue
		}
		if p := problems[0]; p.Line != 3 || p.Column != c.column || !strings.Contains(p.Text, c.says) {
			t.Errorf("%s: %v, want line 3, column %q, %q", c.name, p, c.column, c.says)
		}
	}
	_, problems, err := Bidders(strings.NewReader("Email\nada@example.org\n"))
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Text, "no column Name") {
		t.Errorf("no Name column: %v, %v", problems, err)
	}
}
