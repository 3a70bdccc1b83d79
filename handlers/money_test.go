package handlers_test

import (
	"testing"

	"outcry/auction"
)

func TestFeesStandOnceLotsHaveOpened(t *testing.T) {
	s := newSite(t)
	sale, _ := s.sale(1, func(sale *auction.Sale) {
		sale.Published, sale.Fees = true, auction.Fees{Premium: auction.Premium{{Rate: 1000}}, TaxRate: 2000}
	})
	form := formOf(t, s.owner.get("/desk/sales/spring/edit"), "/desk/sales/spring/edit")
	form.Set("intro", "Another word")
	if got := s.owner.do("POST", "/desk/sales/spring/edit", form); got.status != 303 {
		t.Fatalf("another word: %d", got.status)
	}
	form.Set("tax_rate", "21")
	s.owner.do("POST", "/desk/sales/spring/edit", form).says(t, "another tax", 422, "Lots have opened under the premium and tax")
	if kept, err := s.store.Sale(t.Context(), sale.Slug); err != nil || kept.Fees.TaxRate != 2000 {
		t.Errorf("the tax is %s, %v", kept.Fees.TaxRate, err)
	}
}
