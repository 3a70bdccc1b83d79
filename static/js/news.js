// What the organiser says on every page: a message that was folded away stays
// so until there is another.

function foldedNews() {
  const el = first("details[data-news]");
  if (el && store.get("news") === el.dataset.news) el.open = false;
}

document.addEventListener("toggle", (e) => {
  const el = e.target;
  if (el.matches?.("details[data-news]")) store.set("news", el.open ? null : el.dataset.news);
}, true);
