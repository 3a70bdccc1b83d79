package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/sheet"
	"outcry/store"
)

const biddersUsage = `
outcry bidders --sale SLUG import BIDDERS.csv
outcry bidders --sale SLUG links

import registers and approves bidders in the order of the file (columns Name,
Email, and Paddle if wanted). links prints paddle,name,link with the address by
which each one signs in without a password, to print or to mail.
`

func runBidders(ctx context.Context, args []string, out io.Writer) error {
	set := append(storeSettings(),
		&setting{name: "sale", help: "the sale's address, such as spring"},
		&setting{name: "base-url", value: "http://localhost:8080", help: "address as people type it; the links begin with it"})
	rest, err := set.parse("bidders", biddersUsage, args, out)
	if err != nil {
		return err
	}
	switch {
	case set.get("sale") == "":
		return misused("name the sale with --sale")
	case len(rest) == 2 && rest[0] == "import":
		return importBidders(ctx, set, rest[1], out)
	case len(rest) == 1 && rest[0] == "links":
		return printLinks(ctx, set, out)
	}
	return misused("say 'import FILE' or 'links'")
}

func importBidders(ctx context.Context, set settings, file string, out io.Writer) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, storeConfig(set))
	if err != nil {
		return runningError(set, err, "Import on its page instead: Desk, the sale, Bidders")
	}
	defer st.Close()
	s, err := saleNamed(ctx, st, set.get("sale"))
	if err != nil {
		return err
	}
	read, problems, err := sheet.Bidders(bytes.NewReader(data))
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(out, p)
	}
	if n := sheet.Refused(problems); n > 0 {
		return refused(n, mend)
	}
	rows := make([]auction.HolderRow, len(read))
	for i, l := range read {
		rows[i] = l.HolderRow
	}
	fates, err := st.ImportHolders(ctx, s.ID, rows, false)
	if err != nil {
		return err
	}
	if _, err := st.Secret(ctx); err != nil { // signs the links; 'links' only reads
		return err
	}
	n := map[auction.Fate]int{}
	for _, f := range fates {
		n[f.Fate]++
	}
	fmt.Fprintf(out, "%d bidders: %d new, %d changed, %d the same\n", len(fates), n[auction.FateNew], n[auction.FateChanged], n[auction.FateSame])
	return nil
}

func printLinks(ctx context.Context, set settings, out io.Writer) error {
	base, err := baseURL(set.get("base-url"))
	if err != nil {
		return err
	}
	st, err := store.OpenReader(ctx, storeConfig(set))
	if err != nil {
		return houseError(set, err)
	}
	defer st.Close()
	s, err := saleNamed(ctx, st, set.get("sale"))
	if err != nil {
		return err
	}
	secret, err := st.Secret(ctx)
	if err != nil {
		return err
	}
	holders, err := st.Holders(ctx, s.ID)
	if err != nil {
		return err
	}
	w := handlers.NewTable(out)
	w.Row("paddle", "name", "link")
	for _, holder := range holders {
		w.Row(string(holder.Paddle), holder.Name, base.String()+"/enter/"+handlers.EnterToken(secret, holder))
	}
	return w.Flush()
}

func saleNamed(ctx context.Context, st *store.Store, slug string) (auction.Sale, error) {
	s, err := st.Sale(ctx, slug)
	if err != nil {
		sales, listErr := st.Sales(ctx, true)
		if listErr != nil {
			return s, listErr
		}
		var have []string
		for _, x := range sales {
			have = append(have, x.Slug)
		}
		return s, fmt.Errorf("there is no sale %q; there are: %s", slug, strings.Join(have, ", "))
	}
	return s, nil
}

const userUsage = `
outcry user list
outcry user add EMAIL NAME [bidder|clerk|organiser|owner]
outcry user password EMAIL
outcry user role EMAIL bidder|clerk|organiser|owner
outcry user no-second-step EMAIL

add and password read the password from standard input, one line. Whoever
becomes an organiser by a command runs every sale that is there then, and the
sales that they make; a sale's page Organisers changes that. Ending
somebody's sessions goes with a new password and with another role.
no-second-step is for who lost the phone and the spare codes.
`

func runUser(ctx context.Context, args []string, out io.Writer) error {
	set := storeSettings()
	rest, err := set.parse("user", userUsage, args, out)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return misused("say list, add, password, role or no-second-step")
	}
	open := store.Open
	if rest[0] == "list" {
		open = store.OpenReader
	}
	st, err := open(ctx, storeConfig(set))
	if err != nil {
		return userError(set, err)
	}
	defer st.Close()
	switch {
	case rest[0] == "list" && len(rest) == 1:
		return listUsers(ctx, st, out)
	case rest[0] == "add" && (len(rest) == 3 || len(rest) == 4):
		return addUser(ctx, st, rest[1:], os.Stdin, out)
	case rest[0] == "password" && len(rest) == 2:
		return setPassword(ctx, st, rest[1], os.Stdin, out)
	case rest[0] == "role" && len(rest) == 3:
		return setRole(ctx, st, rest[1], rest[2], out)
	case rest[0] == "no-second-step" && len(rest) == 2:
		return dropSecondStep(ctx, st, rest[1], out)
	}
	return misused("say list, add EMAIL NAME [ROLE], password EMAIL, role EMAIL ROLE or no-second-step EMAIL")
}

// userError says what to do while the house runs.
func userError(set settings, err error) error {
	if errors.Is(err, store.ErrLocked) {
		return fmt.Errorf("the house in %s is running, and people are changed while it is stopped: stop it, run this, start it again. A stop takes two seconds, and bidders' pages come back by themselves", set.get("data"))
	}
	return houseError(set, err)
}

func listUsers(ctx context.Context, st *store.Store, out io.Writer) error {
	users, err := st.Users(ctx)
	for _, u := range users {
		email := u.Email
		if email == "" {
			email = "-"
		}
		fmt.Fprintf(out, "%-10s %-32s %s\n", u.Role, email, u.Name)
	}
	return err
}

func roleOf(text string) (auction.Role, error) {
	switch r := auction.Role(text); r {
	case auction.RoleBidder, auction.RoleClerk, auction.RoleOrganiser, auction.RoleOwner:
		return r, nil
	}
	return "", misused("the role %q is none of bidder, clerk, organiser, owner", text)
}

func addUser(ctx context.Context, st *store.Store, args []string, in io.Reader, out io.Writer) error {
	role := auction.RoleBidder
	var err error
	if len(args) == 3 {
		if role, err = roleOf(args[2]); err != nil {
			return err
		}
	}
	password, err := readPassword(in, out, args[0], args[1])
	if err != nil {
		return err
	}
	u, err := st.AddUser(ctx, auction.User{
		Email: strings.ToLower(args[0]), Name: args[1], Role: role,
		Password: handlers.HashPassword(password), At: time.Now().UTC().Truncate(time.Millisecond),
	})
	if err != nil {
		return fmt.Errorf("add %s: %w", args[0], err)
	}
	fmt.Fprintf(out, "%s (%s) can sign in.\n", u.Email, u.Role)
	return organiseAll(ctx, st, u.ID, role, out)
}

// organiseAll has somebody who becomes an organiser by a command run the sales
// that are there.
func organiseAll(ctx context.Context, st *store.Store, id int64, role auction.Role, out io.Writer) error {
	if role != auction.RoleOrganiser {
		return nil
	}
	n, err := st.OrganiseAll(ctx, id, time.Now())
	if err == nil && n > 0 {
		fmt.Fprintf(out, "They run every sale that is there. To change that, open Desk, the sale, Organisers.\n")
	}
	return err
}

func setPassword(ctx context.Context, st *store.Store, email string, in io.Reader, out io.Writer) error {
	u, err := st.UserByEmail(ctx, strings.ToLower(email))
	if err != nil {
		return fmt.Errorf("nobody here has the address %s: %w", email, err)
	}
	password, err := readPassword(in, out, u.Name, u.Email)
	if err != nil {
		return err
	}
	if err := st.SetPassword(ctx, u.ID, handlers.HashPassword(password)); err != nil {
		return err
	}
	if _, err := st.EndSessionsOf(ctx, u.ID, auction.Hash{}); err != nil {
		return err
	}
	fmt.Fprintln(out, "The password is changed; all sessions of this account have ended.")
	return nil
}

func setRole(ctx context.Context, st *store.Store, email, text string, out io.Writer) error {
	role, err := roleOf(text)
	if err != nil {
		return err
	}
	u, err := st.UserByEmail(ctx, strings.ToLower(email))
	if err != nil {
		return fmt.Errorf("nobody here has the address %s: %w", email, err)
	}
	if err := st.SetRole(ctx, u.ID, role); err != nil {
		return err
	}
	if _, err := st.EndSessionsOf(ctx, u.ID, auction.Hash{}); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is %s now; all sessions of this account have ended.\n", u.Email, role)
	return organiseAll(ctx, st, u.ID, role, out)
}

func dropSecondStep(ctx context.Context, st *store.Store, email string, out io.Writer) error {
	u, err := st.UserByEmail(ctx, strings.ToLower(email))
	if err != nil {
		return fmt.Errorf("nobody here has the address %s: %w", email, err)
	}
	if err := st.DropSecondStep(ctx, u.ID); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s signs in by password alone now, or sets a second step up anew.\n", u.Email)
	return nil
}

// readPassword reads one line. Words are what a guesser knows of whose it is.
func readPassword(in io.Reader, out io.Writer, words ...string) (string, error) {
	fmt.Fprintf(out, "Password (%d letters or more): ", handlers.PasswordLeast)
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	fmt.Fprintln(out)
	if problem := handlers.PasswordProblem(line, words...); problem != "" {
		return "", errors.New(problem)
	}
	return line, nil
}
