// Ordinary forms: none is sent twice by an impatient thumb, and choosers act
// at once. Without script a "Show" button does it.

document.addEventListener("submit", (e) => {
  const form = e.target;
  if (e.defaultPrevented || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    e.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000); // a page that never came
});

window.addEventListener("pageshow", () => {
  for (const form of every("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("change", (e) => e.target.matches?.("select[data-submit]") && e.target.form.requestSubmit());

// Printing wants script; without it the browser's own menu does it.
for (const el of every("[data-print]")) {
  el.hidden = false;
  el.addEventListener("click", () => window.print());
}

// A link to hand out is selected whole.
document.addEventListener("focusin", (e) => e.target.matches?.("[data-copyable]") && e.target.select());
