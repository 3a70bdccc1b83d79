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

// What the house tells while no page is open. A page that is looked at says it
// itself; then this makes no sound, but browsers want every message shown.
async function tell(e) {
  let said;
  try {
    said = e.data.json();
  } catch {
    return;
  }
  const pages = await self.clients.matchAll({ type: "window" });
  const seen = pages.some((p) => p.visibilityState === "visible");
  await self.registration.showNotification(said.title, {
    body: said.body, tag: said.tag, lang: said.lang, dir: "auto", renotify: !seen, silent: seen,
    icon: new URL(ICON, self.registration.scope).href, data: { path: said.path },
  });
}

self.addEventListener("push", (e) => e.waitUntil(tell(e)));

// A tap opens the lot, in the page that shows it already if there is one.
async function open(path) {
  const href = new URL(path, self.registration.scope).href;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const same = pages.find((p) => p.url === href);
  return same ? same.focus() : self.clients.openWindow(href);
}

self.addEventListener("notificationclick", (e) => {
  e.notification.close();
  e.waitUntil(open(e.notification.data.path));
});

// A browser may change its address by itself; whoever is told here still is.
async function renew(e) {
  const address = new URL("push", self.registration.scope);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const now = answer.ok ? await answer.json() : { on: false };
  if (!now.on) return;
  const sub = e.newSubscription || (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: now.key }));
  const keys = sub.toJSON().keys;
  await fetch(address, { method: "POST", body: new URLSearchParams({ endpoint: sub.endpoint, p256dh: keys.p256dh, auth: keys.auth }) });
}

self.addEventListener("pushsubscriptionchange", (e) => e.waitUntil(renew(e)));
