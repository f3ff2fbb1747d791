/**
 * What a person asked for and has no answer yet. A region is not replaced beneath it: htmx looks for an answer's targets
 * from the element that asked, and one that has left the document finds none.
 *
 * On the document: what `htmx.ajax` asks for is told to <body>, and nobody waits for it. Called by desk/regions.js and
 * page/tickets.js.
 */

const underWay = new Set();
const answered = () => new Promise((resolve) => document.addEventListener("htmx:afterRequest", resolve, { once: true }));

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt !== document.body) underWay.add(detail.xhr);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => underWay.delete(detail.xhr));

export const isUnderWay = () => underWay.size > 0;

/** Resolves when nothing a person asked for is under way. */
export async function quiet() {
  while (underWay.size) await answered();
}
