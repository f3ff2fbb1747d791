/**
 * Parts of a report that ask for themselves every few seconds: what a person had of one, its successor has.
 *
 * That is the focus (htmx itself finds only what has an id again), how far a table was moved sideways, and what was open.
 * In the same task as the swap, so that no key falls in between. Called by reports.js.
 */

const all = (part, selector) => [...part.querySelectorAll(selector)];
/** Where the focus can be without an id; each is known by what it leads to, or by its place among its kind. */
const KINDS = "summary, .table-scroll";

function finderOf(part) {
  const { activeElement: node } = document;
  if (!part.contains(node)) return () => null;
  const [at, around] = [node, node.closest(".table-scroll")].map((one) => all(part, KINDS).indexOf(one));
  const leads = node.getAttribute("href");
  const isIt = (other, index) => (leads ? other.getAttribute("href") === leads : index === at);
  return (next) => all(next, leads ? "a" : KINDS).find(isIt) ?? all(next, KINDS)[around];
}

function remember(part) {
  const moved = all(part, ".table-scroll").map((table) => table.scrollLeft);
  const open = all(part, "details").map((details) => details.open);
  const find = finderOf(part);
  return (next) => {
    all(next, ".table-scroll").forEach((table, index) => { table.scrollLeft = moved[index] ?? 0; });
    all(next, "details").forEach((details, index) => { details.open = open[index] ?? details.open; });
    if (!next.contains(document.activeElement)) find(next)?.focus({ preventScroll: true });
  };
}

export function startKeeping() {
  let restore = null;
  document.addEventListener("htmx:beforeSwap", ({ detail: { target, shouldSwap } }) => {
    restore = shouldSwap && target.matches("[hx-trigger^=every]") ? remember(target) : null;
  });
  document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
    const next = document.getElementById(target.id);
    if (next) restore?.(next);
    restore = null;
  });
}
