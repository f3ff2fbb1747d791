/**
 * Regions: how the desk fetches a part of itself, and what happens when the answer is a refusal.
 *
 * `fetchRegion(id)` gives the parsed markup of a region as the current address shows it, or null; `renew(id)` replaces
 * it in place. A refusal that the desk drew itself (header HX-Desk) is shown like any answer; every other failure of what
 * a person asked for becomes a sentence above the thread, or above the list where no thread is shown. Called by the
 * modules beside it.
 */

import { el, icon } from "../elements/dom.js";
import { OUT_OF_DATE } from "../page/faults.js";
import { isUnderWay, quiet, startFollowing, whenOver } from "../page/under-way.js";
import { showToast } from "../page/toasts.js";
import { t } from "../words.js";

const PATIENCE = 15_000; // as htmx has (base.html): a line that died in the night answers nothing, and ends nothing
const LOST = t("We couldn’t do that just now. Nothing is lost. Try again in a few seconds.");

/** The address of the desk as it stands, with other parameters: {ticket: null} leaves one out. */
export function address(changes = {}) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries({ cursor: null, before: null, details: null, ...changes })) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.pathname + url.search;
}

export async function fetchRegion(id, more = {}) {
  try {
    const headers = { "HX-Request": "true", "HX-Target": id, ...more };
    const response = await fetch(address(), { headers, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok || response.headers.has("HX-Redirect")) return null;
    const markup = new DOMParser().parseFromString(await response.text(), "text/html");
    await quiet();
    return markup;
  } catch {
    return null; // offline: the next frame, or the next connection, asks again
  }
}

// One after the other: htmx keeps only the last of those that wait for one element, and tells nobody when it fails.
let turn = Promise.resolve();

/** Replace a region, and whatever the server sends along with it. The open ticket's parts are its own, whatever the list shows. */
export function renew(id) {
  turn = turn.then(() => replace(id));
  return turn;
}

async function replace(id) {
  await quiet();
  const ticket = id.startsWith("conv-") && document.getElementById("conv")?.dataset.ticket;
  await globalThis.htmx.ajax("GET", ticket ? address({ ticket }) : address(), { target: `#${id}`, swap: "outerHTML show:none" }).catch(() => {});
}

const by = (id) => document.getElementById(id);

function complain(sentence) {
  const place = [by("conv-notice"), by("list-notice")].find((each) => each?.checkVisibility());
  if (!place) return;
  const banner = el("div", { class: "banner banner-flush", "data-tone": "danger", role: "alert" });
  banner.append(icon("alert-circle", "sm"), el("p", {}, sentence));
  place.replaceChildren(banner);
}

/** What the desk asks for by itself comes later; a conversation that does not come says so in its place (loading.js). */
function isToBeTold({ elt, target, requestConfig: { verb } }) {
  return verb !== "get" || (elt !== document.body && target.id !== "conv");
}

/** On the document: what `htmx.ajax` asks for is told to <body>. */
export function startRegions() {
  startFollowing();
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.requestConfig.elt !== document.body || !isUnderWay()) return;
    detail.shouldSwap = false;
    renew(detail.target.id);
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.isError || !detail.xhr.getResponseHeader("HX-Desk")) return;
    detail.shouldSwap = true;
    detail.isError = false;
  });
  document.addEventListener("desk:done", ({ detail }) => {
    if (detail.title) showToast({ title: detail.title, icon: "check", key: "desk" });
  });
  document.addEventListener("htmx:beforeSend", ({ detail }) => {
    if (detail.elt !== document.body) by("list-notice")?.replaceChildren(); // it was about what they tried before
    if (!isToBeTold(detail)) return;
    whenOver(detail, { failed: () => complain(detail.xhr.status === 403 ? OUT_OF_DATE : LOST) });
  });
}
