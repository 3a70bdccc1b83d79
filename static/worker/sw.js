// The service worker: it keeps one page, the one for no connection, and what
// that page is made of. No page with a price is ever kept or served from here:
// an old price that looks live is worse than none. It runs on https, and on
// this machine itself; browsers have none on plain http.

const KEPT = "outcry-" + VERSION; // VERSION and SHELL are put before this
const OFFLINE = new URL(SHELL[0], self.registration.scope).href;

self.addEventListener("install", (e) => {
  // The page is nobody's; the files are in the browser's cache by now.
  const fresh = SHELL.map((u, i) => new Request(new URL(u, self.registration.scope), { credentials: i ? "same-origin" : "omit" }));
  e.waitUntil(caches.open(KEPT).then((c) => c.addAll(fresh)).then(() => self.skipWaiting()));
});

async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith("outcry-") && name !== KEPT) await caches.delete(name);
  await self.registration.navigationPreload?.enable(); // the page is asked for while this wakes up
  await self.clients.claim();
}

self.addEventListener("activate", (e) => e.waitUntil(tidy()));

let away = false; // the last page that was asked for did not come

async function page(e) {
  try {
    const answer = (await e.preloadResponse) || (await fetch(e.request));
    away = false;
    return answer;
  } catch {
    away = true;
    return (await caches.match(OFFLINE, { cacheName: KEPT })) || Response.error();
  }
}

// The page for no connection needs its stylesheet. Its files have a hash in
// their names, so a kept one is never an old one.
async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { cacheName: KEPT })) || Response.error();
  }
}

// A form is never answered from here: only its server knows what became of it.
self.addEventListener("fetch", (e) => {
  if (e.request.method !== "GET") return;
  if (e.request.mode === "navigate") e.respondWith(page(e));
  else if (away && SHELL.some((u) => e.request.url === new URL(u, self.registration.scope).href)) e.respondWith(file(e.request));
});
