// A lot's pictures lie in a row that a finger pushes along, and a scroller's
// own keys. The marks below say which is shown, and lead to each.

function reelMoved(reel) {
  const shown = Math.round(Math.abs(reel.scrollLeft) / Math.max(1, reel.clientWidth));
  reel.parentElement.querySelectorAll(".gallery a").forEach((a, i) => {
    if (i === shown) a.setAttribute("aria-current", "true");
    else a.removeAttribute("aria-current");
  });
}

const reel = first(".reel");
if (reel) {
  reel.addEventListener("scroll", () => reelMoved(reel), { passive: true });
  document.addEventListener("click", (e) => {
    const to = e.target.closest?.(".gallery a");
    if (!to) return;
    e.preventDefault(); // the page stays where it is, only the row moves
    document.getElementById(to.hash.slice(1))?.scrollIntoView({ block: "nearest", inline: "start" });
  });
}
