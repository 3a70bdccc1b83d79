// The bundle is deferred: the page is there, htmx is not yet.

for (const el of every("[data-noscript]")) el.hidden = true;
for (const body of every("tbody[id^='history-']")) if (body.rows.length) ownRows(body);

if (connector()) {
  const word = document.getElementById("line");
  if (word) word.hidden = false;
  triedAt = performance.now();
  setInterval(watchLine, 1000);
}
foldedNews();
showHearing();
tickOn();
if (first("[data-offline]")) window.addEventListener("online", () => location.reload());

// Browsers have none on plain http, but for this machine itself. It waits for
// the page: what it keeps is for another time.
window.addEventListener("load", () => {
  const home = first("link[rel=manifest]");
  if (home) navigator.serviceWorker?.register(new URL("sw.js", home.href)).catch(() => {});
});
