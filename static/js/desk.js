// The desk's line: a clerk's hands stay on the keys. Everything here is also
// done by Tab, Enter and the buttons.
(() => {
  "use strict";
  const line = document.querySelector("form[data-line]");

  // nextAmount writes the least that the next bid must reach into the amount.
  function nextAmount() {
    const ask = document.querySelector("#lineside [data-lot] button[name='amount']");
    const field = line.elements.namedItem("amount");
    if (!ask) return;
    field.value = ask.value;
    field.select();
  }

  function clearLine() {
    for (const name of ["lot", "paddle", "amount"]) line.elements.namedItem(name).value = "";
    line.elements.namedItem("max").checked = false;
    line.elements.namedItem("lot").focus();
  }

  function deskKey(e) {
    const on = e.target.closest?.("form[data-line]");
    if (e.key === "+" && on && e.target.name !== "without") nextAmount();
    else if (e.key === "Escape" && on) clearLine();
    else if (e.key === "F9") document.querySelector("form[data-undo]")?.requestSubmit();
    else return;
    e.preventDefault();
  }

  if (line) {
    for (const el of document.querySelectorAll("[data-script]")) el.hidden = false;
    document.addEventListener("keydown", deskKey);
    line.addEventListener("focusin", (e) => e.target.matches("input[type='text']") && e.target.select());
  }
})();
