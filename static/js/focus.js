// Whoever works by keys keeps their place: where a swap takes away what had the
// focus, or hides it, the same thing in what came has it, else what it was in.

let focused = null; // what had the focus before a swap, and where it was

const sameAs = (el) => (b) => b.name === el.name && b.href === el.href && b.value === el.value && b.textContent === el.textContent;

function noteFocus() {
  const el = document.activeElement;
  focused = null;
  if (!el || el === document.body) return;
  const place = el.closest(".dock") ? first(".slip") : el.closest(".slip, section, main");
  focused = { el, place, same: sameAs(el.cloneNode(true)) };
}

function keepFocus() {
  const now = document.activeElement;
  if (!focused || (now !== document.body && now?.checkVisibility())) return;
  const { el, place, same } = focused;
  const again = (el.id && document.getElementById(el.id)) || Array.from(every(el.tagName)).find(same);
  const to = again?.checkVisibility() ? again : place?.isConnected ? place : document.getElementById("main");
  if (to !== again && !to.hasAttribute("tabindex")) to.tabIndex = -1;
  to.focus({ preventScroll: true });
}
