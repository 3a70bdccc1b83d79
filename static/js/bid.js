// A bid on its way: a key for each submission, kept while its answer is
// unknown, so that sending the same bid again can never bid twice.

const store = {
  get(name) {
    try {
      return JSON.parse(sessionStorage.getItem("outcry:" + name));
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      if (value) sessionStorage.setItem("outcry:" + name, JSON.stringify(value));
      else sessionStorage.removeItem("outcry:" + name);
    } catch {
      // without storage the key lives as long as the page
    }
  },
};

const unanswered = new Map(); // form id -> {what, key}

// randomUUID exists only on https; getRandomValues everywhere.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

function keyFor(form, what) {
  const before = unanswered.get(form.id) || store.get(form.id);
  const bid = before?.what === what ? before : { what, key: newKey() };
  unanswered.set(form.id, bid);
  store.set(form.id, bid);
  return bid.key;
}

function answered(form) {
  unanswered.delete(form.id);
  store.set(form.id, null);
}

const bidFormOf = (e) => {
  const form = e.detail.ctx?.sourceElement;
  return form?.matches?.("form[data-bid]") ? form : null;
};

document.addEventListener("htmx:config:request", (e) => {
  const form = bidFormOf(e);
  if (!form) return;
  const { ctx } = e.detail;
  ctx.amount = String(ctx.request.body.get("amount") ?? "").trim();
  if (form.dataset.sure) return; // said once more: under the key that it was asked under
  ctx.request.body.set("key", keyFor(form, ctx.request.body.get("kind") + " " + ctx.amount));
});

// say shows one of the slip's own answers.
function sayIn(slip, name) {
  slip?.querySelector(".answer")?.replaceChildren(slip.querySelector(`template[data-${name}]`).content.cloneNode(true));
}

// Without a connection nothing is sent, and nothing is kept to be sent later:
// the amount stays in its field, and it is theirs to press again.
document.addEventListener("submit", (e) => {
  if (navigator.onLine || !e.target.matches("form[data-bid]")) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  sayIn(e.target.closest(".slip"), "notsent");
}, true);

// On My lots the way back into a lot names its next amount, which stands still
// under a finger.
document.addEventListener("pointerdown", (e) => e.target.closest?.("#my-list-out .go") && press(), true);

let slow; // a timer: a bid that is not answered by then says that it is on its way

// The form that asks whether a bid is meant lies where the words would stand.
document.addEventListener("htmx:before:request", (e) => {
  const slip = bidFormOf(e)?.closest(".slip");
  slip?.setAttribute("data-sending", "");
  clearTimeout(slow);
  if (slip && !slip.querySelector(".answer form")) slow = setTimeout(sayIn, 500, slip, "onway");
});

document.addEventListener("htmx:finally:request", (e) => {
  bidFormOf(e)?.closest(".slip")?.removeAttribute("data-sending");
  clearTimeout(slow);
});

// Below 500 the house has decided; 409 asks whether it is meant, 429 and 5xx
// leave the bid to be sent again.
document.addEventListener("htmx:after:request", (e) => {
  const form = bidFormOf(e);
  const { ctx } = e.detail;
  if (!form || ctx.response.status >= 500 || ctx.response.status === 429 || ctx.response.status === 409) return;
  const from = document.getElementById(form.dataset.sure) || form;
  answered(from);
  const field = from.querySelector("input[type='text'][name='amount']");
  if (field && ctx.response.status === 200 && field.value.trim() === ctx.amount) field.value = "";
});

// No answer at all: the bid may have arrived or not, and the page says so.
document.addEventListener("htmx:error", (e) => {
  const form = bidFormOf(e);
  if (!form || e.detail.ctx.response) return;
  const slip = form.closest(".slip");
  const words = slip.querySelector("template[data-noanswer]").content.cloneNode(true);
  words.querySelector("[data-fill='amount']").textContent = e.detail.ctx.amount;
  const answer = slip.querySelector(".answer");
  if (form.dataset.sure) answer.append(words); // what was asked can be said again
  else answer.replaceChildren(words);
});
