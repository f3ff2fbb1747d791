/**
 * The list of conversations, true without a reload.
 *
 * A `ticket` frame says that something changed, not what the agent sees of it: the first page of the list as the server
 * draws it is merged into the page. Counts come with the same answer, or by themselves in `counts` frames.
 */

import { coalesced } from "./coalesce.js";
import { merge } from "./merge.js";
import { fetchRegion } from "./regions.js";

export function showCounts(counts) {
  for (const [view, count] of Object.entries(counts)) {
    for (const place of document.querySelectorAll(`[data-count="${CSS.escape(view)}"]`)) place.textContent = count;
  }
}

export function startList(desk, notifications) {
  const changed = new Set();

  async function refresh() {
    const named = new Set(changed);
    const answer = await fetchRegion("rows");
    const [list, fresh] = [document.getElementById("rows"), answer?.getElementById("rows")];
    if (!list || !fresh) return;
    for (const id of named) changed.delete(id);
    if (list.dataset.viewKey !== fresh.dataset.viewKey) return; // another view was chosen meanwhile, and is fresh
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
  document.addEventListener("desk:read", ask);
  notifications.on("counts", ({ counts }) => showCounts(counts));
}
