// Telling somebody on this browser while no page is open. Nothing is asked of
// the browser until they tap; what it cannot do is said in words.
(() => {
  "use strict";
  const buttons = [...document.querySelectorAll("[data-push]")];
  const at = (path) => new URL(path, document.querySelector("link[rel=manifest]").href);
  const desk = matchMedia("(hover: hover) and (pointer: fine)").matches ? "Desk" : "";
  let on = false;
  let busy = false;

  function show(said) {
    for (const b of buttons) {
      b.textContent = b.dataset[(on ? "on" : "off") + desk];
      b.setAttribute("aria-pressed", String(on));
    }
    if (!said) return;
    for (const el of document.querySelectorAll("[data-push-said]")) {
      el.hidden = false;
      el.textContent = el.dataset[said];
    }
  }

  // why names what stands in the way here; "" = nothing.
  function why() {
    if (!window.isSecureContext) return "insecure";
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
      return navigator.standalone === false ? "iphone" : "cannot";
    }
    return Notification.permission === "denied" ? "refused" : "";
  }

  async function asked(path, body) {
    const answer = await fetch(at(path), { method: body ? "POST" : "GET", body, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("answered " + answer.status);
    return answer.status === 204 ? null : answer.json();
  }

  const worker = () => Promise.race([navigator.serviceWorker.ready, new Promise((_, no) => setTimeout(no, 10000))]);
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  async function begin() {
    if ((await Notification.requestPermission()) !== "granted") return show("refused");
    const { key } = await asked("push");
    const push = (await worker()).pushManager;
    let sub = await push.getSubscription();
    if (sub && text(sub.options.applicationServerKey) !== key) { // of a house that was here before
      await sub.unsubscribe();
      sub = null;
    }
    sub ??= await push.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    await asked("push", new URLSearchParams({ endpoint: sub.endpoint, p256dh: text(sub.getKey("p256dh")), auth: text(sub.getKey("auth")) }));
    on = true;
    show("told");
  }

  async function end() {
    await asked("push/end", new URLSearchParams());
    on = false;
    await (await (await worker()).pushManager.getSubscription())?.unsubscribe();
    show("ended");
  }

  async function tapped() {
    if (busy) return;
    const no = on ? "" : why();
    if (no) return show(no);
    busy = true;
    try {
      await (on ? end() : begin());
    } catch {
      show(why() || "failed");
    }
    busy = false;
  }

  // Whoever was told here before is asked after only then: a page costs the
  // house nothing for all the others.
  async function look() {
    if (why() || Notification.permission !== "granted") return;
    const sub = await (await navigator.serviceWorker.getRegistration(at("./")))?.pushManager.getSubscription();
    if (sub) on = (await asked("push")).on;
  }

  // On a lot's page it is offered to whoever has bid, when they have.
  function offer(b) {
    const own = b.dataset.after && document.getElementById(b.dataset.after);
    const may = () => !own || own.querySelector("[data-s='lead'], [data-s='out']") !== null;
    b.hidden = !may();
    if (own) new MutationObserver(() => (b.hidden = b.hidden && !may())).observe(own, { childList: true, subtree: true, attributes: true });
    b.addEventListener("click", tapped);
  }

  show();
  buttons.forEach(offer);
  look().then(() => show(), () => {});
})();
