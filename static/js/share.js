// Sharing a lot: by the phone's own sheet where there is one, else the address
// to copy, which is there without script too.

document.addEventListener("click", (e) => {
  const el = e.target.closest?.("[data-share] > summary")?.parentElement;
  if (!el || el.open) return;
  const field = el.querySelector("input");
  if (!navigator.share) return setTimeout(() => field.select());
  e.preventDefault();
  navigator.share({ title: document.title, url: field.value }).catch((why) => {
    if (why.name === "AbortError") return; // they thought better of it
    el.open = true;
    field.select();
  });
});
