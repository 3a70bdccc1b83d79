// The line to the server: what the page says about it, and what brings it back.
//
// htmx's own defaults would replay messages after a reconnect, close the
// socket of a hidden tab and never come back after the back button; the page's
// htmx-config turns those off. A half-open socket is noticed here, by silence.

const BACK = 4000; // ms that the page says so
const OLD = 15000; // ms without a word: a beat is 5 s late, and the price may be old

let ended = false; // the server said not to come back
let lost = false; // it was there, and is not
let stale = false; // the server says that it cannot tell how the lots stand
let backAt = -Infinity; // performance.now() when it was there again
let triedAt = -Infinity;

const connector = () => document.getElementById("ws");

function say(state, words) {
  document.documentElement.dataset.line = state;
  const el = document.getElementById("line");
  if (!el) return;
  el.dataset.s = state === "on" ? "" : "off";
  const text = words || el.dataset[state] || "";
  if (el.textContent !== text) el.textContent = text;
}

// "Back" stays for a moment, whatever else arrives in it.
function lineOn() {
  if (lost) {
    lost = false;
    backAt = performance.now();
    setTimeout(() => lost || say("on"), BACK);
  }
  const back = performance.now() - backAt < BACK;
  say("on", back ? document.body.dataset.back : "");
}

function lineOff() {
  lost = true;
  say(ended ? "over" : "off");
  if (ended) signedOut();
  tick();
}

// Whoever was signed out is not told that the page tries again: it does not.
function signedOut() {
  document.documentElement.dataset.line = "off";
  const words = document.querySelector("template[data-over]");
  if (words) document.querySelector(".lost").replaceChildren(words.content);
}

// htmx.process with force tears the socket down and opens a new one at once.
function reconnect() {
  const el = connector();
  if (!el || ended || !window.htmx) return;
  triedAt = performance.now();
  window.htmx.process(el, true);
}

function watchLine() {
  if (!connector() || ended) return;
  if (silentFor() < SILENCE) {
    if (silentFor() > OLD && !lost) say("old", document.getElementById("line")?.dataset.stale);
    return;
  }
  if (heardAt > -Infinity || lost) lineOff();
  if (performance.now() - triedAt > 10000) reconnect();
}

document.addEventListener("htmx:ws:before:message:incoming", (e) => {
  let clocks = !inTouch(); // they stood still, or are told the time
  heardAt = performance.now();
  const data = e.detail.message.data;
  if (typeof data === "string" && data.startsWith("{")) {
    e.preventDefault(); // a beat is for us, it is no HTML
    clocks = true;
    try {
      const said = JSON.parse(data);
      if (typeof said.t === "number") beat(said.t);
      stale = said.stale === true;
    } catch {
      return;
    }
  }
  if (stale) {
    lost = true; // "back" is said when it is over
    say("off", document.getElementById("line")?.dataset.stale);
    tick();
    return;
  }
  lineOn();
  if (clocks) tick();
});

document.addEventListener("htmx:ws:close", (e) => {
  if (e.detail.reason === "removed") return; // by reconnect
  ended = e.detail.code === 1008;
  heardAt = Math.min(heardAt, performance.now() - SILENCE);
  lineOff();
});

// Back from the back-forward cache, back on the net, back in sight: the socket
// may look open and be dead.
window.addEventListener("pageshow", (e) => {
  if (!e.persisted) return;
  heardAt = -Infinity;
  lineOff();
  reconnect();
});
window.addEventListener("online", reconnect);
window.addEventListener("offline", () => {
  if (!connector() || ended) return;
  heardAt = Math.min(heardAt, performance.now() - SILENCE); // a word that comes all the same puts it right
  lineOff();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && silentFor() > 11000 && performance.now() - triedAt > 2000) reconnect();
});
