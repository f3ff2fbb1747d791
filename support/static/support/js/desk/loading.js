/**
 * Waiting for a region: grey shapes after 200 ms, and a sentence with a way on when a conversation does not come.
 *
 * The shapes cover what was there, which stays until the answer replaces it. Of two conversations the one that was asked
 * for last is shown: the other's answer, come first, would take the place that htmx keeps for it. What is posted and fails
 * leaves the open conversation as it is; desk/regions.js says so. Markup: <template> in desk/loading.html.
 */

import { whenOver } from "../page/under-way.js";

const PATIENCE = 200;
const COVERS = { conv: ["conv", "conv-loading"], list: ["rows", "rows-loading"], rows: ["rows", "rows-loading"] };

const copyOf = (id) => document.getElementById(id)?.content.cloneNode(true);

function cover(id, template) {
  const region = document.getElementById(id);
  if (!region || region.hasAttribute("aria-busy")) return;
  region.setAttribute("aria-busy", "true");
  region.append(copyOf(template));
}

function uncover(id) {
  const region = document.getElementById(id);
  region?.removeAttribute("aria-busy");
  region?.querySelector(":scope > .desk-cover")?.remove();
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
  let wanted = null; // the conversation that was asked for last
  document.addEventListener("htmx:beforeSend", ({ detail }) => {
    const { elt, target, xhr, requestConfig, pathInfo } = detail;
    const [id, template] = (requestConfig.verb === "get" && COVERS[target?.id]) || [];
    if (!id || elt === document.body) return;
    if (id === "conv") wanted = xhr;
    const isLast = () => id !== "conv" || xhr === wanted;
    const timer = setTimeout(() => isLast() && cover(id, template), PATIENCE);
    whenOver(detail, {
      failed: () => xhr === wanted && fail(pathInfo.requestPath),
      ended() {
        clearTimeout(timer);
        if (isLast()) uncover(id);
      },
    });
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { elt, verb } = detail.requestConfig;
    if (detail.target.id === "conv" && verb === "get" && elt !== document.body && detail.xhr !== wanted) detail.shouldSwap = false;
  });
}
