/**
 * What a person asked for and has no answer yet. A region is not replaced beneath it: htmx looks for an answer's targets
 * from the element that asked, and one that has left the document finds none.
 *
 * The request is followed, not the element: what htmx tells to one that has left the document nobody hears. What
 * `htmx.ajax` asks for by itself is told to <body>, and nobody waits for it. Called by desk/regions.js, desk/loading.js
 * and page/tickets.js.
 */

const underWay = new Set();
const follow = (xhr, type, act) => xhr.addEventListener(type, act); // after htmx, which has drawn the answer by then

/** Before anything is asked for. */
export function startFollowing() {
  document.addEventListener("htmx:beforeSend", ({ detail: { elt, xhr } }) => {
    if (elt === document.body) return;
    underWay.add(xhr);
    follow(xhr, "loadend", () => underWay.delete(xhr));
  });
}

export const isUnderWay = () => underWay.size > 0;

/** Resolves when nothing a person asked for is under way. */
export async function quiet() {
  for (const xhr of underWay) await new Promise((resolve) => follow(xhr, "loadend", resolve));
}

/** `detail` of htmx:beforeSend. What a later question took the place of (an abort) has ended, not failed. */
export function whenOver(detail, { ended, failed }) {
  follow(detail.xhr, "load", () => detail.failed && failed());
  for (const type of ["error", "timeout"]) follow(detail.xhr, type, failed);
  if (ended) follow(detail.xhr, "loadend", ended);
}
