// While a bid button is pressed nothing on it may change: what was read is
// what is sent. Whatever arrives meanwhile waits for the release.

let pressed = null; // a promise of the release, null while nothing is pressed
let release = null;
let presses = 0;

const SETTLED = 400; // ms that an amount must have stood still before a press of it counts
let movedAt = -Infinity; // performance.now() when amounts on buttons last changed
let pressedAt = -Infinity;

// amounts are what the page's buttons would send.
const amounts = () => Array.from(every(".slip > [data-lot] > button, .dock button"), (b) => b.value).join();

// amountsMoved notes it, and says so for whom it concerns.
function amountsMoved() {
  movedAt = performance.now();
  const slip = first(".slip");
  slip?.setAttribute("data-fresh", "");
  setTimeout(() => performance.now() - movedAt >= SETTLED - 5 && slip?.removeAttribute("data-fresh"), SETTLED);
}

// tooFresh is a press of an amount that nobody can have read yet. The second
// half of a double click is none: it is dropped without a word.
function tooFresh(e) {
  const el = bidButton(e.target)?.closest(".slip > [data-lot] > button, .dock button");
  const at = pressedAt === -Infinity ? performance.now() : pressedAt; // a click may come without a press
  pressedAt = -Infinity;
  return el && at - movedAt < SETTLED ? el : null;
}

const bidButton = (el) => el?.closest?.(".slip button, .dock button");

function press() {
  presses++;
  pressedAt = performance.now();
  if (!pressed) pressed = new Promise((done) => (release = done));
}

function letGo() {
  if (!pressed) return;
  pressed = null;
  release();
}

// A click may follow the release by a moment; a newer press is not let go.
function letGoSoon() {
  const mine = presses;
  setTimeout(() => mine === presses && letGo(), 350);
}

document.addEventListener("pointerdown", (e) => bidButton(e.target) && press(), true);
document.addEventListener("pointerup", letGoSoon, true);
document.addEventListener("pointercancel", letGo, true);
document.addEventListener("keydown", (e) => (e.key === " " || e.key === "Enter") && bidButton(e.target) && !e.repeat && press(), true);
document.addEventListener("keyup", letGoSoon, true);
window.addEventListener("blur", letGo);
document.addEventListener("click", (e) => {
  if (e.target.closest?.("[aria-disabled='true']")) e.preventDefault();
  const fresh = tooFresh(e);
  if (fresh) {
    e.preventDefault();
    if (e.detail < 2) sayIn(fresh.form.closest(".slip"), "moved");
  }
  if (e.detail || bidButton(e.target)) setTimeout(letGo); // after the click's own work
}, true);
