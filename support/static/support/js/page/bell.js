/**
 * The bell: a dot while something is new, the list fetched when it opens, and seen what is on the screen anyway.
 *
 * The server counts, when a page connects, with every change, and with a heartbeat what was missed; this paints. Notices
 * about the thread that is in view are seen without a word: `isOnScreen(id)`.
 */

import { token } from "../chat/http.js";
import { plural, t } from "../words.js";

const bell = () => document.querySelector("[data-bell]");
const menu = () => document.querySelector("[data-bell-menu]");
let unseen = {};

export const wishes = () => ({ browser: menu()?.dataset.browser === "true", sound: menu()?.dataset.sound === "true" });

/** True while the reader has this ticket's thread before their eyes. */
export function isOnScreen(ticketId) {
  if (document.visibilityState !== "visible" || !ticketId) return false;
  const id = CSS.escape(ticketId);
  const logs = document.querySelectorAll(`message-log:is([data-ticket-id="${id}"], [data-shows="${id}"])`);
  return [...logs].some((log) => log.checkVisibility());
}

export function startBell(notifications) {
  if (!bell()) return;
  notifications.on("unseen", hear);
  menu().addEventListener("toggle", ({ newState }) => {
    if (newState === "open") menu().querySelector("[data-bell-list]").dispatchEvent(new CustomEvent("bell-opened"));
  });
  menu().querySelector("[data-bell-all]").addEventListener("submit", markAll);
  for (const type of ["visibilitychange", "htmx:afterSettle"]) document.addEventListener(type, seeWhatIsShown);
}

function hear({ total, tickets }) {
  unseen = tickets;
  paint(total);
  seeWhatIsShown();
}

function paint(total) {
  const button = bell();
  button.querySelector("[data-bell-dot]").hidden = !total;
  button.querySelector("[data-bell-words]").textContent = total
    ? plural(total, "Notifications, {n} new", "Notifications, {n} new")
    : t("Notifications");
  for (const row of menu().querySelectorAll("[data-unseen]")) {
    if (!unseen[row.dataset.ticket]) paintSeen(row);
  }
}

function paintSeen(row) {
  row.removeAttribute("data-unseen");
  row.querySelector("[data-new]")?.remove();
}

function seeWhatIsShown() {
  for (const ticketId of Object.keys(unseen).filter(isOnScreen)) {
    delete unseen[ticketId]; // asked once; the server's next count has the last word
    tellSeen({ ticket: ticketId });
  }
}

async function markAll(event) {
  event.preventDefault();
  const done = await tellSeen({});
  if (!done) return event.target.submit();
  unseen = {};
  paint(0);
}

async function tellSeen(what) {
  const headers = { "X-CSRFToken": token(), "X-Background": "1" };
  const body = new URLSearchParams(what);
  const answer = await fetch("/notifications/seen", { method: "POST", headers, body, credentials: "same-origin" }).catch(() => null);
  return answer?.ok ?? false;
}
