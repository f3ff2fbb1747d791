/**
 * The list of conversations, true without a reload.
 *
 * A `ticket` frame says that something changed, not what the agent sees of it: the list as the server draws it, as far as
 * it is loaded here (a hundred rows at most), is merged into the page. Counts come with the same answer, or by themselves
 * in `counts` frames; those that are new ask for the list, too.
 */

import { coalesced } from "./coalesce.js";
import { markRow } from "./conversation.js";
import { merge } from "./merge.js";
import { setText } from "../elements/dom.js";
import { address, fetchRegion } from "./regions.js";
import { putRows, rowsOf, startRows } from "./rows.js";

const listOf = ({ dataset }) => `${dataset.viewKey} ${dataset.order}`;

/** Whether any of them is another than was shown. */
export function showCounts(counts) {
  let isNew = false;
  for (const [view, count] of Object.entries(counts)) {
    for (const place of document.querySelectorAll(`[data-count="${CSS.escape(view)}"]`)) {
      isNew ||= place.textContent !== String(count);
      place.textContent = count;
    }
  }
  return isNew;
}

export function startList(desk, notifications) {
  const changed = new Set();

  async function refresh() {
    const named = new Set(changed);
    const asked = address({ ticket: null });
    const answer = await fetchRegion("rows", { "Desk-Rows": rowsOf(document.getElementById("rows")).length });
    const [list, fresh] = [document.getElementById("rows"), answer?.getElementById("rows")];
    if (!list || !fresh) return;
    // Another view or search was chosen meanwhile, and may have been drawn before what was told.
    if (asked !== address({ ticket: null })) return ask();
    for (const id of named) changed.delete(id);
    if (listOf(list) !== listOf(fresh)) return;
    merge(list, fresh, named, rowsOf(list), putRows);
    markRow(); // another ticket may have been opened since it was asked for
    for (const count of answer.querySelectorAll("#views-side [data-count]")) {
      showCounts({ [count.dataset.count]: count.textContent });
    }
    const [queue, waiting] = [document, answer].map((page) => page.querySelector("#views-side [data-queue]"));
    if (queue && waiting) {
      queue.hidden = waiting.hidden;
      setText(queue, waiting.textContent);
    }
  }

  const ask = coalesced(refresh);
  notifications.on("ticket", ({ ticket }) => {
    changed.add(ticket.id);
    ask();
  });
  for (const type of ["unread", "open"]) notifications.on(type, ask);
  document.addEventListener("desk:read", ask);
  desk.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "more-rows" || !detail.target.contains(document.activeElement)) return;
    const last = document.querySelector("#rows > .ticket-row:last-of-type, #rows > .ticket-row:nth-last-child(2)");
    const toNext = () => last?.nextElementSibling?.querySelector(".row-title")?.focus({ preventScroll: true });
    document.addEventListener("htmx:afterSettle", toNext, { once: true });
  });
  // A `ticket` frame that was lost: where it changed a count, the heartbeat's tell of it.
  notifications.on("counts", ({ counts }) => { if (showCounts(counts)) ask(); });
  startRows();
}
