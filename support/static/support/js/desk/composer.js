/**
 * The composer's two modes and its "send and …": the radios set the form's mode, the chosen entry of the send menu sets
 * the status once the message is stored, wherever the agent is by then.
 */

import { showToast } from "../page/toasts.js";
import { useChatWebSocket } from "../useChatWebSocket.js";
import { t } from "../words.js";

const THERE = new Set(["stored", "delivered", "seen"]);

let then = "";

export const form = () => document.getElementById("composer");

function setMode(composer) {
  composer.dataset.mode = composer.elements.audience.value === "staff" ? "note" : "reply";
}

/** Choose reply ("public") or note ("staff"). */
export function choose(audience) {
  const radio = form()?.querySelector(`[name="audience"][value="${audience}"]`);
  if (!radio || radio.checked) return Boolean(radio);
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** Choose, and start writing. */
export function write(audience) {
  if (choose(audience)) form().querySelector("textarea").focus();
}

/** What the status form would post, had it been used when the message was sent. */
function moveTo(status) {
  const move = document.querySelector("#status-menu form");
  if (!move || move.elements.expected.value === status) return null;
  const values = { csrfmiddlewaretoken: move.elements.csrfmiddlewaretoken.value, expected: move.elements.expected.value, status };
  return { path: move.getAttribute("action"), values, reference: document.querySelector("#conv-head .num")?.textContent };
}

/** Follow one message until it is stored, then move; a message that is not taken moves nothing. */
function moveOn({ target, detail: { id } }) {
  const move = then && moveTo(then);
  then = "";
  if (!move) return;
  const { ticketId, reader, userId } = target.dataset;
  const store = useChatWebSocket({ ticketId, reader, userId });
  const leave = store.subscribe(() => {
    const message = store.getSnapshot().messages.find((each) => each.id === id);
    if (message && !THERE.has(message.state) && message.state !== "failed") return;
    leave();
    if (THERE.has(message?.state)) perform(ticketId, move);
  });
}

function perform(ticketId, { path, values, reference }) {
  if (document.getElementById("conv")?.dataset.ticket === ticketId) {
    globalThis.htmx.ajax("POST", path, { target: "#conv-head", swap: "outerHTML", values }).catch(() => {});
    return;
  }
  const options = { method: "POST", body: new URLSearchParams(values), headers: { "HX-Request": "true" }, credentials: "same-origin" };
  fetch(path, options).then((answer) => {
    if (!answer.ok) showToast({ title: t("The status of {ticket} stays as it was.", { ticket: reference }), icon: "info", key: "desk" });
  }, () => {});
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
