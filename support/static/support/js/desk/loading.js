/**
 * Waiting for a region: grey shapes after 200 ms, and a sentence with a way on when a conversation does not come.
 *
 * The shapes cover what was there, which stays until the answer replaces it. Markup: <template> in desk/loading.html.
 */

import { address } from "./regions.js";

const PATIENCE = 200;
const COVERS = { conv: ["conv", "conv-loading"], list: ["rows", "rows-loading"], rows: ["rows", "rows-loading"] };

const copyOf = (id) => document.getElementById(id)?.content.cloneNode(true);

function cover(region, template) {
  region.setAttribute("aria-busy", "true");
  region.append(copyOf(template));
}

function uncover() {
  for (const region of document.querySelectorAll("#conv[aria-busy], #rows[aria-busy]")) {
    region.removeAttribute("aria-busy");
    region.querySelector(":scope > .desk-cover")?.remove();
  }
}

/** The conversation that was asked for did not come: say so in its place. */
function fail(path) {
  const region = document.getElementById("conv");
  const failed = copyOf("conv-failed");
  if (!region || !failed) return;
  const again = failed.querySelector("[data-try-again]");
  again.href = path;
  delete region.dataset.ticket;
  region.replaceChildren(failed);
  globalThis.htmx.process(region);
  document.getElementById("context")?.replaceChildren();
  document.getElementById("desk").dataset.view = "thread";
  again.focus();
}

export function startLoading() {
  let timer = null;
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const [id, template] = (detail.requestConfig.verb === "get" && COVERS[detail.target?.id]) || [];
    const region = id && detail.elt !== document.body && document.getElementById(id);
    if (!region) return;
    clearTimeout(timer);
    timer = setTimeout(() => cover(region, template), PATIENCE);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    clearTimeout(timer);
    uncover();
    const drawn = detail.xhr?.getResponseHeader?.("HX-Desk");
    if (detail.successful || drawn || detail.target?.id !== "conv" || detail.elt === document.body) return;
    fail(detail.pathInfo?.requestPath ?? address());
  });
}
