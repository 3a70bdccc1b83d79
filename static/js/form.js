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
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("change", (e) => e.target.matches?.("select[data-submit]") && e.target.form.requestSubmit());

// A link to hand out is selected whole.
document.addEventListener("focusin", (e) => e.target.matches?.("[data-copyable]") && e.target.select());
