// The bundle is deferred: the page is there, htmx is not yet.

for (const el of document.querySelectorAll("[data-noscript]")) el.hidden = true;
for (const body of document.querySelectorAll("tbody[id^='history-']")) if (body.rows.length) ownRows(body);

if (connector()) {
  const word = document.getElementById("line");
  if (word) word.hidden = false;
  triedAt = performance.now();
  setInterval(watchLine, 1000);
}
foldedNews();
showHearing();
tickOn();
