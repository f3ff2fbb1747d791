/**
 * What became of the mails under the open thread's messages, while it is open, and where all of a mail that came in is.
 *
 * The ledger's moves are told by a frame ("mailed"), which may be lost: a new connection asks as well. What somebody
 * writes here has its mail planned with it, so that is asked for once, and a message that came by mail once for its link.
 * Lines and links come from the server as markup.
 */

import { coalesced } from "./coalesce.js";
import { fetchRegion } from "./regions.js";

const opened = () => document.getElementById("conv")?.dataset.ticket ?? null;
const linesOf = (item) => [...item.querySelectorAll(".msg-mailed")];
const linkOf = (item) => item.querySelector(".msg-meta a");
const wordsOf = (lines) => lines.map((line) => line.outerHTML).join("");

export function startMailed(desk, notifications) {
  const again = coalesced(refresh);
  let asked = null;
  let connected = false;
  notifications.on("mailed", ({ tickets }) => tickets.includes(opened()) && again());
  notifications.on("open", () => {
    if (connected) again();
    connected = true;
  });
  desk.addEventListener("support:snapshot", ({ detail: { messages } }) => {
    const news = messages.findLast(({ mine, source, stub, sequence }) => (mine || source === "email") && !stub && sequence);
    if (!news || news.id === asked) return;
    asked = news.id;
    again();
  });
}

async function refresh() {
  const ticket = opened();
  const markup = ticket && (await fetchRegion("conv"));
  if (!markup || ticket !== opened()) return;
  for (const item of document.querySelectorAll("#conv li[data-id]")) {
    const fresh = markup.querySelector(`li[data-id="${CSS.escape(item.dataset.id)}"]`);
    if (!fresh) continue;
    put(linesOf(fresh), item);
    if (linkOf(fresh) && !linkOf(item)) item.querySelector(".msg-meta").append(" ", linkOf(fresh));
  }
}

function put(lines, item) {
  const before = linesOf(item);
  if (wordsOf(before) === wordsOf(lines)) return;
  for (const line of before) line.remove();
  item.lastElementChild.append(...lines);
}
