/**
 * The composer's two modes and its "send and …": the radios set the form's mode, the chosen entry of the send menu sets
 * the status once the message is on its way.
 */

import { address } from "./regions.js";

let then = "";

function setMode(form) {
  form.dataset.mode = form.elements.audience.value === "staff" ? "note" : "reply";
}

/** Choose reply ("public") or note ("staff") and start writing. */
export function write(audience) {
  const form = document.getElementById("composer");
  const radio = form?.querySelector(`[name="audience"][value="${audience}"]`);
  if (!radio) return;
  radio.checked = true;
  setMode(form);
  form.querySelector("textarea").focus();
}

function moveOn() {
  const move = document.querySelector("#status-menu");
  const status = then;
  then = "";
  if (!status || !move || move.elements.expected.value === status) return;
  const values = { csrfmiddlewaretoken: move.elements.csrfmiddlewaretoken.value, expected: move.elements.expected.value, status };
  const path = move.getAttribute("action") || address();
  globalThis.htmx.ajax("POST", path, { target: "#conv-head", swap: "outerHTML", values }).catch(() => {});
}

export function startComposer(desk) {
  desk.addEventListener("change", ({ target }) => {
    if (target.name === "audience") setMode(target.form);
  });
  desk.addEventListener("submit", ({ target, submitter }) => {
    if (target.matches("#composer")) then = submitter?.name === "then" ? submitter.value : "";
  }, { capture: true });
  desk.addEventListener("support:sent", moveOn);
}
