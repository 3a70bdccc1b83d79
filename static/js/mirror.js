// What shows a lot a second time: the shelf's copies of cards, and the dock.

// copyCard brings the copies of a card up to date. A copy may be on the page
// without its card, whose own swap then finds no target.
function copyCard(card) {
  for (const el of first(".shelf")?.querySelectorAll("[data-copy]") ?? []) {
    if (el.dataset.copy !== card.id) continue;
    if (Number(card.dataset.seq) < seqOf(el)) continue;
    el.replaceChildren(...card.cloneNode(true).childNodes);
    el.dataset.seq = card.dataset.seq;
    el.dataset.state = card.dataset.state;
  }
}

// dock keeps the phone's bid in reach like the slip that it stands for.
function dock() {
  const bar = first("[data-dock]");
  const lot = bar && document.getElementById("lot-" + bar.dataset.dock);
  if (!lot) return;
  const own = document.getElementById("standing-" + bar.dataset.dock)?.firstElementChild?.dataset.s || "";
  const state = own === "lead" || own === "out" ? own : "";
  bar.hidden = lot.dataset.state !== "open";
  const stopped = lot.dataset.s === "paused" || lot.dataset.s === "held" ? lot.dataset.s : "";
  const shown = stopped || state;
  bar.dataset.s = shown;
  const tag = bar.querySelector("[data-dock-tag]");
  tag.dataset.s = shown;
  tag.textContent = bar.dataset[shown || "open"];
  dockPrice(bar.querySelector("[data-dock-price]"), lot);
  dockClock(bar.querySelector("time"), lot);
  dockButtons(bar, lot, state);
}

function dockPrice(el, lot) {
  const price = lot.querySelector("data").textContent;
  if (el.textContent === price) return;
  el.textContent = price;
  light(el);
}

function dockClock(el, lot) {
  const time = lot.querySelector("time");
  if (time.dataset.at) el.dataset.at = time.dataset.at;
  else {
    delete el.dataset.at;
    el.textContent = time.textContent;
  }
}

// dockButtons brings the dock's amounts to what the lot's own buttons say.
function dockButtons(bar, lot, state) {
  const own = lot.querySelectorAll(":scope > button");
  const none = own[0]?.getAttribute("aria-disabled") === "true" || (state === "lead" && lot.dataset.s !== "resv");
  bar.querySelectorAll("button").forEach((el, i) => {
    el.hidden = none || !own[i];
    if (!own[i]) return;
    el.value = own[i].value;
    el.textContent = own[i].textContent;
  });
}

// nextBid says in the band of who was outbid what the first button would send.
// The band is theirs and comes with their standing, the amount with the lot.
function nextBid(lot) {
  const el = first(".slip [data-next]");
  const ask = el && lot?.querySelector(":scope > button")?.textContent;
  if (!ask) return;
  const [before, after] = el.dataset.bid.split("%s");
  el.textContent = " " + el.dataset.next.replace("%s", ask.slice(before.length, ask.length - after.length));
}
