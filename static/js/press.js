// While a bid button is pressed nothing on it may change: what was read is
// what is sent. Whatever arrives meanwhile waits for the release.

let pressed = null; // a promise of the release, null while nothing is pressed
let release = null;
let presses = 0;

const bidButton = (el) => el?.closest?.(".slip button, .dock button");

function press() {
  presses++;
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
  if (e.detail || bidButton(e.target)) setTimeout(letGo); // after the click's own work
}, true);
