// A bidder who lost the lead hears of it on any page of the sale: by the
// page's title, by a live region, and by sound and vibration once they have
// asked for them. The sound is made here; a browser lets a page sound only
// after it was touched, so each new page waits for that.

const heardAtSeq = new Map(); // lot id -> sequence number of the last loss that was told
let ownTitle = null; // the page's own title, while another is shown
let audio = null; // an AudioContext, once the page was touched

const wanted = () => {
  try {
    return localStorage.getItem("outcry:sound") === "1";
  } catch {
    return false; // no storage: the choice holds for this page
  }
};
let soundOn = wanted();

const canSound = () => audio?.state === "running";

// wake gets leave to sound. It works from within a tap or a key only.
function wake() {
  if (!soundOn) return;
  try {
    audio ??= new AudioContext();
    if (audio.state !== "running") audio.resume().then(showHearing, () => {});
  } catch {
    soundOn = false; // this browser makes no sound
  }
  showHearing();
}

// ring is two short notes, the second lower.
function ring() {
  if (!soundOn) return;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([90, 60, 90]);
  document.documentElement.dataset.rang = canSound() ? "sound" : "silent";
  if (!canSound()) return;
  [660, 440].forEach((pitch, i) => {
    const at = audio.currentTime + i * 0.18;
    const note = audio.createOscillator();
    const volume = audio.createGain();
    note.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.16);
    note.connect(volume).connect(audio.destination);
    note.start(at);
    note.stop(at + 0.17);
  });
}

function showHearing() {
  for (const el of every("[data-hearing]")) {
    el.hidden = !window.AudioContext;
    el.setAttribute("aria-pressed", String(soundOn));
    el.textContent = soundOn ? el.dataset[canSound() ? "on" : "wait"] : el.dataset.off;
  }
}

function toggleHearing() {
  soundOn = !soundOn;
  try {
    localStorage.setItem("outcry:sound", soundOn ? "1" : "0");
  } catch {
    // it holds for this page
  }
  wake();
  showHearing();
  if (soundOn) audio?.resume().then(ring, () => {}); // so that they know what they will hear
}

// lostIn tells whether what was pushed about a lot means that its lead is lost:
// the server marks it as it happens, and a page that missed it sees its own
// "You lead" go. flag is the part that names the lot.
function lostIn(flag, lot) {
  const own = document.getElementById("standing-" + lot) || document.getElementById("mine-" + lot);
  const seq = Number(flag.dataset.seq);
  if (seq <= (heardAtSeq.get(lot) || 0) || seq < seqOf(own)) return false;
  return flag.hasAttribute("data-lost") || own?.firstElementChild?.dataset.s === "lead";
}

// hear tells of a lost lead once, whichever parts of the page say it.
function hear(tasks) {
  for (const task of tasks) {
    const root = task.fragment?.firstElementChild;
    if (!root?.id?.startsWith("flag-")) continue;
    const lot = lotOf(root.id);
    if (!lostIn(root, lot)) continue;
    heardAtSeq.set(lot, Number(root.dataset.seq));
    tell(root.dataset.lotWords, document.getElementById("standing-" + lot) !== null);
  }
}

// tell is silent in the live region where the lot's own page says it anyway.
function tell(words, said) {
  ownTitle ??= document.title;
  document.title = words + " — " + ownTitle;
  const region = document.getElementById("heard");
  if (region && !said) region.textContent = words + ".";
  ring();
}

// touched gives the page its title back: somebody is here and has seen it.
function touched() {
  wake();
  if (ownTitle === null) return;
  document.title = ownTitle;
  ownTitle = null;
}

document.addEventListener("click", (e) => {
  touched();
  if (e.target.closest?.("[data-hearing]")) toggleHearing();
}, true);
document.addEventListener("keydown", touched, true);
