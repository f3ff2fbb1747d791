/**
 * The list of conversations, true without a reload.
 *
 * A `ticket` frame says that something changed, not what the agent sees of it: the first page of the list as the server
 * draws it is merged into the page. Rows keep their place in the DOM where nothing about them changed; pages loaded
 * below stay. Counts come with the same answer, or by themselves in `counts` frames.
 */

import { coalesced } from "./coalesce.js";
import { fetchRegion } from "./regions.js";

const rowsIn = (list) => [...list.querySelectorAll(":scope > .ticket-row")];

export function showCounts(counts) {
  for (const [view, count] of Object.entries(counts)) {
    for (const place of document.querySelectorAll(`[data-count="${CSS.escape(view)}"]`)) place.textContent = count;
  }
}

/** What happens to each row: pure, for the merge below and its test. `changed`: ids that frames named. */
export function planMerge(shown, fresh, changed) {
  const coming = new Set(fresh.map((row) => row.id));
  const oldest = fresh.at(-1)?.sort ?? "";
  const kept = shown.filter((row) => !coming.has(row.id) && !changed.has(row.id) && row.sort < oldest);
  const known = new Set(shown.map((row) => row.id));
  return { below: kept.map((row) => row.id), arrived: fresh.filter((row) => !known.has(row.id)).map((row) => row.id) };
}

const facts = (row) => ({ id: row.dataset.ticket, sort: row.dataset.sort });

function merge(list, freshList, changed) {
  const shown = new Map(rowsIn(list).map((row) => [row.dataset.ticket, row]));
  const fresh = rowsIn(freshList);
  const plan = planMerge([...shown.values()].map(facts), fresh.map(facts), changed);
  const focused = document.activeElement?.closest?.(".ticket-row")?.dataset.ticket;
  const rows = fresh.map((row) => {
    const there = shown.get(row.dataset.ticket);
    const clean = there?.cloneNode(true);
    clean?.removeAttribute("data-arrived");
    if (clean && same(clean, row)) return there;
    const node = document.importNode(row, true);
    node.toggleAttribute("data-arrived", shown.size > 0 && plan.arrived.includes(row.dataset.ticket));
    return node;
  });
  const below = plan.below.map((id) => shown.get(id));
  const rest = below.length ? [...list.children].filter((item) => item.id === "more-rows")
    : [...freshList.children].filter((item) => !item.matches(".ticket-row")).map((item) => document.importNode(item, true));
  place(list, [...rows, ...below, ...rest]);
  if (focused) list.querySelector(`[data-ticket="${focused}"] .row-title`)?.focus({ preventScroll: true });
}

/** htmx leaves marks of its own on what it has processed. */
function same(there, row) {
  const plain = (node) => node.outerHTML.replace(/ class="htmx-[^"]*"| hx-[a-z-]+="[^"]*"/g, "").replace(/\s+/g, " ");
  return plain(there) === plain(row);
}

function place(list, wanted) {
  const keep = new Set(wanted);
  for (const item of [...list.children]) if (!keep.has(item)) item.remove();
  wanted.forEach((item, index) => {
    if (list.children[index] === item) return;
    list.insertBefore(item, list.children[index] ?? null);
    globalThis.htmx.process(item);
  });
}

export function startList(desk, notifications) {
  const changed = new Set();

  async function refresh() {
    const named = new Set(changed);
    const answer = await fetchRegion("rows");
    const [list, fresh] = [document.getElementById("rows"), answer?.getElementById("rows")];
    if (!list || !fresh || list.dataset.viewKey !== fresh.dataset.viewKey) return;
    for (const id of named) changed.delete(id);
    merge(list, fresh, named);
    for (const count of answer.querySelectorAll("#views-side [data-count]")) {
      showCounts({ [count.dataset.count]: count.textContent });
    }
  }

  const ask = coalesced(refresh);
  notifications.on("ticket", ({ ticket }) => {
    changed.add(ticket.id);
    ask();
  });
  for (const type of ["unread", "open"]) notifications.on(type, ask);
  notifications.on("counts", ({ counts }) => showCounts(counts));
}
