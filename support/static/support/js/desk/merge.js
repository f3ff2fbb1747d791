/**
 * Merging a fresh first page of the list into the rows on the page.
 *
 * Rows keep their place in the DOM, and the focus, where nothing about them changed; pages loaded below stay. Called by
 * desk/list.js and, for the requester's list, page/tickets.js.
 */

const rowsIn = (list) => [...list.querySelectorAll(":scope > .ticket-row")];

/**
 * What happens to each row: pure, for the merge below and its test. `changed`: ids that frames named; `ascending`: which
 * way the list runs.
 */
export function planMerge(shown, fresh, changed, ascending = false) {
  const coming = new Set(fresh.map((row) => row.id));
  const last = fresh.at(-1)?.sort;
  const beyond = (row) => last !== undefined && (ascending ? row.sort > last : row.sort < last);
  const kept = shown.filter((row) => !coming.has(row.id) && !changed.has(row.id) && beyond(row));
  const known = new Set(shown.map((row) => row.id));
  return { below: kept.map((row) => row.id), arrived: fresh.filter((row) => !known.has(row.id)).map((row) => row.id) };
}

const facts = (row) => ({ id: row.dataset.ticket, sort: row.dataset.sort });

/** Make the list show the fresh one; the rest of what it holds below. `all`, `put`: of a list that is not all in the document. */
export function merge(list, freshList, changed, all = rowsIn(list), put = placeRows) {
  const shown = new Map(all.map((row) => [row.dataset.ticket, row]));
  const fresh = rowsIn(freshList);
  const plan = planMerge([...shown.values()].map(facts), fresh.map(facts), changed, list.hasAttribute("data-ascending"));
  const item = document.activeElement?.closest?.(".ticket-row, #more-rows");
  const focused = item?.dataset.ticket ? `[data-ticket="${item.dataset.ticket}"] .row-title` : item && "#more-rows a";
  const rows = fresh.map((row) => {
    const there = shown.get(row.dataset.ticket);
    if (there && same(there, row)) return there;
    const node = document.importNode(row, true);
    node.toggleAttribute("data-arrived", shown.size > 0 && plan.arrived.includes(row.dataset.ticket));
    return node;
  });
  const below = plan.below.map((id) => shown.get(id));
  const rest = below.length ? [...list.children].filter((item) => item.id === "more-rows")
    : [...freshList.children].filter((item) => !item.matches(".ticket-row")).map((item) => document.importNode(item, true));
  put(list, [...rows, ...below, ...rest]);
  if (focused) list.querySelector(focused)?.focus({ preventScroll: true });
}

/** htmx leaves marks of its own on what it has processed; a row may be new, and told its number (rows.js). */
function same(there, row) {
  const plain = (node) => node.outerHTML.replace(/ class="htmx-[^"]*"| (hx-[a-z-]+|aria-posinset|aria-setsize|data-arrived)="[^"]*"/g, "").replace(/\s+/g, " ");
  return plain(there) === plain(row);
}

export function placeRows(list, wanted) {
  const keep = new Set(wanted);
  for (const item of [...list.children]) if (!keep.has(item)) item.remove();
  wanted.forEach((item, index) => {
    if (list.children[index] === item) return;
    list.insertBefore(item, list.children[index] ?? null);
    globalThis.htmx.process(item);
  });
}
