/**
 * What the notifications socket changes on any page: unread badges, the title, presence dots, lists, toasts.
 *
 * Bound by attribute: [data-unread-total] (number in [data-number], words in [data-words]), .dot[data-agent="<id>"].
 * Lists refresh themselves on the DOM event `tickets-changed` on <body> (htmx: hx-trigger="… from:body"). For others,
 * on document: "support:ticket-changed" (detail: list item), "support:notice" (cancelable: no toast), "support:counts".
 */

import { useNotifications } from "../notifications.js";
import { useSupportStatus } from "../useSupportStatus.js";
import { showToast, startToasts } from "./toasts.js";

const CALM = 1_000; // many changes, one refresh

export function startNotices() {
  startToasts();
  const notifications = useNotifications();
  const rendered = Number(document.querySelector("[data-unread-total]")?.dataset.unreadTotal) || 0;
  notifications.seed({ total: rendered });
  const changed = calmly(() => document.body.dispatchEvent(new CustomEvent("tickets-changed")));
  let shown = rendered;
  countInTitle(rendered);
  notifications.subscribe(() => {
    const { total } = notifications.getSnapshot().unread;
    if (total === shown) return;
    shown = total;
    changed();
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
    tell("support:ticket-changed", ticket);
  });
  notifications.on("presence", paintPresence);
  notifications.on("counts", ({ counts }) => tell("support:counts", counts));
  notifications.on("notice", notice);
}

/** "(2) Your tickets": the rest of the title may have changed meanwhile (the desk opens another ticket in place). */
export function countInTitle(total) {
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = total ? `(${total}) ${title}` : title;
}

const tell = (type, detail, cancelable = false) =>
  document.dispatchEvent(new CustomEvent(type, { detail, cancelable }));

function paintBadge(badge, total) {
  badge.dataset.unreadTotal = total;
  badge.hidden = !total;
  const [number, words] = [badge.querySelector("[data-number]"), badge.querySelector("[data-words]")];
  if (number) number.textContent = total;
  if (words) words.textContent = ` unread ${total === 1 ? "reply" : "replies"}`;
}

function paintPresence(frame) {
  useSupportStatus().apply(frame);
  for (const { id, availability } of frame.agents ?? []) {
    for (const dot of document.querySelectorAll(`.dot[data-agent="${CSS.escape(id)}"]`)) dot.dataset.presence = availability;
  }
}

/** A reply in the thread that is being read needs no toast; nor does one that another, visible tab shows. */
function notice(frame) {
  if (document.visibilityState !== "visible" || !tell("support:notice", frame, true)) return;
  const log = document.querySelector(`message-log[data-ticket-id="${CSS.escape(frame.ticket_id ?? "")}"]`);
  if (log?.checkVisibility()) return;
  showToast({ title: frame.title, text: frame.text, url: frame.url, key: frame.ticket_id });
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
