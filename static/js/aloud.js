// What a screen reader reads out on a lot's page, beside the viewer's own
// standing and answers, which are live regions of their own: how the lot moves,
// of its prices the newest every few seconds, an extension with its reason, and
// how long is left at three moments. No words are made here: they are the page's.

const GAP = 4000; // ms between two prices that are read out
const MARKS = [600, 60, 10]; // seconds left that are read out

let duePrice = ""; // the newest price, which waits for its turn
let priceGap = false; // a price was read out less than GAP ago
let counted = { at: "", ms: 0 }; // the close that is counted down to, and how far off it was

function readOut(words) {
  const el = document.getElementById("aloud");
  if (el && words) el.textContent = words;
}

function readPrice() {
  priceGap = duePrice !== "";
  if (!priceGap) return;
  readOut(duePrice);
  duePrice = "";
  setTimeout(readPrice, GAP);
}

// wordsOf is what an element says, its parts a space apart.
const wordsOf = (el, apart = " ") => Array.from(el?.childNodes ?? [], (n) => n.textContent.trim()).filter(Boolean).join(apart);

// panelWords is what a lot's panel says, in the parts that are read out.
const panelWords = (panel) => ({
  band: wordsOf(panel.querySelector(":scope > .band > p"), ". "),
  price: wordsOf(panel.querySelector(":scope > p:has(data)")),
  extended: wordsOf(panel.querySelector(":scope > [data-extended]")),
  close: wordsOf(panel.querySelector(":scope > p:has(time)")),
});

// readMoved reads out what has become of the lot, whose panel said was.
function readMoved(was, panel) {
  const is = panelWords(panel);
  const late = is.extended && is.extended !== was.extended;
  if (is.band && is.band !== was.band) readOut(is.band);
  else if (late) readOut(is.price + ". " + is.extended + ". " + is.close);
  else if (is.price !== was.price) {
    duePrice = is.price;
    if (!priceGap) readPrice();
    return;
  }
  else return;
  duePrice = ""; // it was said, or is the past
}

// readLeft counts a lot's close down. A page that was asleep says only what is
// still so.
function readLeft(at, ms) {
  if (counted.at === at && ms > 0) {
    const s = MARKS.findLast((s) => counted.ms > s * 1000 && ms <= s * 1000);
    if (s && ms > s * 900 - 3000) readOut(document.getElementById("aloud")?.dataset["left" + s]);
  }
  counted = { at, ms };
}
