/**
 * What the notifications socket changes on any page: unread badges, the title, presence dots, lists, toasts.
 *
 * Bound by attribute: [data-unread-total] (number in [data-number], words in [data-words]).
 * Lists refresh themselves on the DOM event `tickets-changed` on <body> (htmx: hx-trigger="… from:body"). For others,
 * on document: "support:ticket-changed" (detail: list item).
 */

import { useNotifications } from "../notifications.js";
import { useSupportStatus } from "../useSupportStatus.js";
import { plural } from "../words.js";
import { isOnScreen, startBell, wishes } from "./bell.js";
import { showBrowserNotice } from "./browser-notices.js";
import { noticeTitle } from "./notice-words.js";
import { createSpeaker } from "./speaker.js";
import { showToast, startToasts } from "./toasts.js";
import { playTone } from "./tone.js";

const CALM = 1_000; // many changes, one refresh
const speaker = createSpeaker();

export function startNotices() {
  startToasts();
  const notifications = useNotifications();
  const rendered = Number(document.querySelector("[data-unread-total]")?.dataset.unreadTotal) || 0;
  notifications.seed({ total: rendered });
  const changed = calmly(() => document.body.dispatchEvent(new CustomEvent("tickets-changed")));
  let shown = rendered;
  let known = notifications.getSnapshot().unread;
  countInTitle(rendered);
  notifications.subscribe(() => {
    const { unread } = notifications.getSnapshot();
    if (unread !== known) changed(); // the same number may be of other tickets
    known = unread;
    const { total } = unread;
    if (total === shown) return;
    shown = total;
    countInTitle(total);
    for (const badge of document.querySelectorAll("[data-unread-total]")) paintBadge(badge, total);
  });
  let opened = false;
  notifications.on("open", () => {
    if (opened) changed(); // frames were missed while away
    opened = true;
  });
  notifications.on("ticket", ({ ticket }) => {
    changed();
    document.dispatchEvent(new CustomEvent("support:ticket-changed", { detail: ticket }));
  });
  notifications.on("presence", useSupportStatus().apply);
  notifications.on("notice", notice);
  startBell(notifications);
}

/** "(2) Your tickets": the rest of the title may have changed meanwhile (the desk opens another ticket in place). */
export function countInTitle(total) {
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = total ? `(${total}) ${title}` : title;
}

function paintBadge(badge, total) {
  badge.dataset.unreadTotal = total;
  badge.hidden = !total;
  const [number, words] = [badge.querySelector("[data-number]"), badge.querySelector("[data-words]")];
  if (number) number.textContent = total;
  if (words) words.textContent = plural(total, "{n} unread reply", "{n} unread replies");
}

/** Said once in all tabs, by one that is in view; on a screen that shows the thread already, not at all. In quiet hours
 * only whoever looks sees it. */
async function notice(frame) {
  if (!(await speaker.claim(frame.id, placeOf(frame)))) return;
  const said = { ...frame, title: noticeTitle(frame) };
  const hasCard = frame.says === "offered" && document.getElementById("offers"); // it counts down, and says so itself
  if (document.visibilityState === "visible") { if (!hasCard) showToast(said); }
  else if (wishes().browser && !frame.quiet) showBrowserNotice(said);
  if (wishes().sound && !frame.quiet) playTone();
}

function placeOf(frame) {
  if (isOnScreen(frame.ticket_id)) return "shown";
  if (document.visibilityState !== "visible") return "hidden";
  return document.hasFocus() ? "focused" : "visible";
}

function calmly(act) {
  let timer = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      act();
    }, CALM);
  };
}
