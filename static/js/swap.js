// What is swapped in, whichever way it came: nothing older than what the page
// shows, nothing under a pressed button, and a changed price is lit.

// seqOf is the lot's sequence number that an element shows, 0 for none.
const seqOf = (el) => Math.max(Number(el?.dataset?.seq) || 0, Number(el?.firstElementChild?.dataset?.seq) || 0);

const lotOf = (id) => id.slice(id.lastIndexOf("-") + 1);

// shownBy is the element that says how new the page is on what a task brings.
function shownBy(task, root) {
  if (!task.target?.id) return null;
  if (task.target.id !== "flags") return task.target;
  const lot = lotOf(root.id);
  return document.getElementById("standing-" + lot) || document.getElementById("mine-" + lot);
}

// A flag says what happened elsewhere: not on the lot's own page, not on My
// lots, which says it on top, and not again where the lot's card says so already.
function isKnown(root) {
  const lot = lotOf(root.id);
  return document.getElementById("mine") || document.getElementById("standing-" + lot) || document.getElementById("mine-" + lot)?.firstElementChild?.dataset.s === "out";
}

// An answer to the viewer's own bid is never old, even one given before.
function isOld(task) {
  if (task.type !== "partial") return false;
  const root = task.fragment?.firstElementChild;
  if (task.target?.id === "flags" && root && isKnown(root)) return true;
  const seq = Number(root?.dataset?.seq);
  return seq > 0 && seq < seqOf(shownBy(task, root));
}

// A frame's history has no number of its own: it is as old as its lot.
function dropOld(tasks) {
  const old = new Set();
  for (const task of tasks) {
    if (isOld(task) && task.target.id.startsWith("lot-")) old.add("history-" + lotOf(task.target.id));
  }
  for (let i = tasks.length - 1; i >= 0; i--) {
    if (isOld(tasks[i]) || old.has(tasks[i].target?.id)) tasks.splice(i, 1);
  }
}

// showsBids is a part of a lot's own page, where what can be bid stands.
const showsBids = (el) => /^(lot|standing)-/.test(el?.id);

const isOver = (state) => state === "sold" || state === "passed" || state === "withdrawn";

// countOutbid keeps the masthead's count: a lot joins it or leaves it with the
// viewer's own standing, on a page that shows how it stood before.
function countOutbid(task, root) {
  const id = task.target?.id || "";
  if (!id.startsWith("standing-") && !id.startsWith("mine-")) return;
  const el = first("[data-outbid]");
  const was = task.target.firstElementChild?.dataset.s === "out";
  const is = root?.dataset?.s === "out";
  if (!el || was === is) return;
  showOutbid(Math.max(0, Number(el.textContent) + (is ? 1 : -1)));
}

// showOutbid sets the masthead's count.
function showOutbid(n) {
  const el = first("[data-outbid]");
  if (!el) return;
  el.textContent = n;
  el.parentElement.hidden = n === 0;
}

// keepNewer puts into a list that is made anew what the page knows better: a
// card or a tag that came while the list was on its way.
function keepNewer(fragment) {
  for (const el of fragment.querySelectorAll(".now, .mine")) {
    const here = document.getElementById(el.id);
    if (here && seqOf(here) > seqOf(el)) el.replaceWith(here.cloneNode(true));
  }
}

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const fading = new WeakMap(); // element -> the timer of its light

// A changed figure is lit once, then fades in eight steps, anew if it is lit
// still; who wants no motion sees it go out after 3 s. An animation would have
// the page painted at each of the screen's frames, sixty a second.
function light(el, part = 100) {
  if (!el) return;
  clearTimeout(fading.get(el));
  const color = part && `color-mix(in srgb, var(--cover) ${part}%, transparent)`;
  el.style.background = color || "";
  el.style.boxShadow = color ? `0 0 0 .15em ${color}` : "";
  if (calm.matches && part) fading.set(el, setTimeout(light, 3000, el, 0));
  else if (part) fading.set(el, setTimeout(light, part === 100 ? 560 : 105, el, part - 12.5));
}

// keepPlaces names a panel's buttons by their places, before and after. A morph
// takes a button that says what another said for that other, moved: after a
// push by one step the second would become the first, from under a finger.
function keepPlaces(...panels) {
  for (const panel of panels) panel.querySelectorAll(":scope > button").forEach((b, i) => (b.id = "place-" + i));
}

document.addEventListener("htmx:before:swap", (e) => {
  const { ctx, tasks } = e.detail;
  if (pressed) {
    e.preventDefault();
    pressed.then(() => window.htmx.swap(ctx));
    return;
  }
  hear(tasks);
  dropOld(tasks);
  noteFocus();
  for (const task of tasks) {
    const root = task.fragment?.firstElementChild;
    const price = root?.dataset?.price;
    task.lit = price !== undefined && task.target?.dataset?.price !== price;
    if (showsBids(task.target)) task.amounts = amounts();
    task.said = task.target?.id?.startsWith("lot-") ? panelWords(task.target) : null;
    task.ended = task.target?.dataset?.state === "open" && isOver(root?.dataset?.state);
    // A frame's clocks are empty: filled only after the swap, a slow phone would
    // paint the page once without them, and what stands beside them would jump.
    for (const el of task.fragment?.querySelectorAll("time[data-at]") ?? []) el.textContent = clockText(el);
    countOutbid(task, root);
    if (root?.id?.startsWith("lot-") && task.target) keepPlaces(task.target, root);
    if (root?.id === "mine") keepNewer(task.fragment);
    if (root?.id?.startsWith("card-")) copyCard(root);
  }
});

document.addEventListener("htmx:after:settle", (e) => {
  const { task } = e.detail;
  const el = task.target;
  if (task.lit) light(el.querySelector("data"));
  const id = el.id || "";
  if (id.startsWith("history-")) ownRows(el);
  if (id.startsWith("lot-")) outdated(el, task.lit, task.ended);
  if (showsBids(el)) {
    dock();
    nextBid(document.getElementById("lot-" + lotOf(id)));
    if (task.amounts !== amounts()) amountsMoved();
  }
  if (id === "news") foldedNews();
  if (id === "mine") showOutbid(Number(document.getElementById("mine").dataset.outbids));
  if (!id.startsWith("card-")) tick(); // a card has one clock, which was filled
  if (task.said) readMoved(task.said, el);
  keepFocus();
});

// ownRows marks the viewer's own bids in a history that is sent to everybody.
function ownRows(body) {
  const me = body.closest("table")?.dataset.me;
  if (body.rows.length) body.closest(".sect")?.querySelector(".nobids")?.remove();
  if (!me) return;
  for (const row of body.rows) {
    if (row.cells[0].textContent.split(" ")[0] === me) row.classList.add("me");
  }
}

// outdated takes away what the lot has outrun: the ask of a refusal, the way
// back from a bid that another has followed, and the whole answer to a bid
// that came before the end. The answer to one that came too late stays.
function outdated(panel, priceMoved, ended) {
  const slip = panel.parentElement;
  if (!slip) return;
  if (priceMoved) slip.querySelector(":scope > .takeback")?.remove();
  const answer = slip.querySelector(".answer > [data-seq]");
  if (!answer || seqOf(panel) <= Number(answer.dataset.seq)) return;
  if (ended) answer.remove();
  for (const el of answer.querySelectorAll(".again")) el.remove();
}
