// The two ways to find what a page has, by a selector.
const first = (selector) => document.querySelector(selector);
const every = (selector) => document.querySelectorAll(selector);

// The server's clock, known by its beats, and every clock on the page.
// A browser's own clock decides nothing and is never shown.

const SILENCE = 25000; // ms without a word from the server: nothing on the page is certain

let offset = null; // server's time minus performance.now(), ms; null before the first beat
let heardAt = -Infinity; // performance.now() of the last word

const silentFor = () => performance.now() - heardAt;
const inTouch = () => offset !== null && silentFor() < SILENCE;
const serverNow = () => performance.now() + offset;

// A beat says the server's time as it was sent, so its way here makes the
// offset too small: the largest is the best, until the clock itself was set.
function beat(t) {
  const o = t - performance.now();
  if (offset === null || o > offset || offset - o > 2000) offset = o;
}

const two = (n) => String(n).padStart(2, "0");

function left(ms) {
  const s = Math.ceil(ms / 1000);
  if (s >= 86400) return `${Math.floor(s / 86400)} d ${two(Math.floor(s / 3600) % 24)} h`;
  if (s >= 3600) return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return `${two(Math.floor(s / 60))}:${two(s % 60)}`;
}

// What scripts say themselves stands on the body, in the page's language.
const words = document.body.dataset;

// At zero a clock says "Closing" until the server has said what became of it.
function clockText(el) {
  const at = Number(el.dataset.at);
  if (!at || !inTouch()) return "—:—";
  const ms = at - serverNow();
  if (ms > 0) return left(ms);
  return el.closest("[data-state]")?.dataset.state === "upcoming" ? words.opening : words.closing;
}

// What the reader's own clock shows at a moment stands beside the sale's, where
// the two differ: datetime says the sale's, data-own finds a clock that moves.
function ownTime(el) {
  const there = el.dateTime;
  const clock = el.dataset.own ? first(el.dataset.own) : null;
  const at = new Date(Number(clock?.dataset.at) || there);
  const apart = Date.parse(there.slice(0, 19) + "Z") - Date.parse(there) + at.getTimezoneOffset() * 60000;
  const text = apart ? words.own.replace("%s", at.toLocaleString(document.documentElement.lang, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })) : "";
  if (el.textContent !== text) el.textContent = text;
}

function tick() {
  for (const el of every("time[data-own]")) ownTime(el);
  for (const el of every("time[data-at]")) {
    const text = clockText(el);
    if (el.textContent !== text) el.textContent = text;
  }
  if (inTouch()) {
    for (const el of every("[data-until]")) el.hidden = serverNow() > Number(el.dataset.until);
    for (const el of every("[data-drain]")) el.value = Math.max(0, Math.min(60, Math.ceil((Number(el.dataset.drain) - serverNow()) / 1000)));
  }
  for (const slip of every(".slip")) lastMinute(slip);
}

// The last minute of a lot: its clock grows and the rule drains.
function lastMinute(slip) {
  const time = slip.querySelector(":scope > [data-state='open'] time[data-at]");
  const ms = time && inTouch() ? Number(time.dataset.at) - serverNow() : Infinity;
  const drain = slip.querySelector(".drain");
  slip.classList.toggle("closing", ms <= 60000);
  if (ms < Infinity) readLeft(time.dataset.at, ms);
  if (drain && ms <= 60000) drain.value = Math.max(0, Math.ceil(ms / 1000));
}

// Clocks change once a second, with the server's second.
function tickOn() {
  tick();
  setTimeout(tickOn, offset === null ? 500 : 1010 - (serverNow() % 1000));
}
