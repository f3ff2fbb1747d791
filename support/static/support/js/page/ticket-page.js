/**
 * A requester's ticket page beside its thread: status, priority, who helps, and what can be done next.
 *
 * On "support:ticket" from the log the pills change at once, from the page's own templates; the rest of the facts is
 * fetched anew and swapped in, so that markup comes from the server alone.
 */

import { coalesced } from "../desk/coalesce.js";
import { el, nearby, setText } from "../elements/dom.js";
import { useNotifications } from "../notifications.js";
import { t } from "../words.js";
import { forgetPosted } from "./ticket-words.js";

const FETCHED = ["[data-status-form]", "[data-ticket-details]"];
const versions = new Map(); // as last heard, by ticket: another may be opened beside the list
forgetPosted();

function swapPills(kind, value) {
  const attribute = `data-ticket-${kind}`;
  const template = document.querySelector(`template[data-pill-${kind}="${CSS.escape(value)}"]`);
  for (const pill of document.querySelectorAll(`[${attribute}]`)) {
    if (template && pill.getAttribute(attribute) !== value) pill.replaceWith(template.content.cloneNode(true));
  }
}

function showAssignee(person) {
  for (const place of document.querySelectorAll("[data-assignee]")) {
    place.hidden = !person;
    if (person) setText(place.querySelector("b"), person.first_name || person.name);
  }
}

/** Fetch this page again and take over its facts; one that cannot be had, or that another took the place of, changes none. */
async function fetchFacts() {
  const { href, pathname } = location;
  const response = await fetch(href, { credentials: "same-origin" }).catch(() => null);
  const text = response?.ok && await response.text().catch(() => "");
  if (!text || pathname !== location.pathname) return;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const selector of FETCHED) {
    const [now, next] = [document.querySelectorAll(selector), fresh.querySelectorAll(selector)];
    now.forEach((node, index) => {
      if (next[index] && !node.contains(document.activeElement)) node.replaceWith(document.adoptNode(next[index]));
    });
  }
}

/** One after the other: an older answer must not come last. */
const refresh = coalesced(fetchFacts);

/**
 * Somebody of support came or went, and it may be who helps here: the words about them are the server's. Every page hears
 * of it at once, so they ask one after the other; the first frame of a page says what it was drawn with.
 */
const SPREAD = 15_000;
let { presence: heard } = useNotifications().getSnapshot();
let asking = 0;
useNotifications().on("presence", () => {
  if (heard && !asking && document.querySelector("[data-ticket-details] [data-presence]")?.checkVisibility()) {
    asking = setTimeout(() => { asking = 0; refresh(); }, Math.random() * SPREAD);
  }
  heard = true;
});

/** The place in the queue, of a ticket that is a live chat; what says it is fetched for those alone. */
let queue = null;

async function showQueue(chat) {
  if (!chat && !queue) return;
  queue ??= import("../elements/chat-queue.js").then(({ ChatQueue }) =>
    new ChatQueue(() => document.querySelector("#main [data-chat-queue]")));
  (await queue).about(chat);
}

/** What they wrote by mail leads to the whole of it: the server says so of what it draws, this of what arrives. */
document.addEventListener("support:snapshot", ({ target, detail: { messages } }) => {
  for (const { id } of messages.filter(({ source, mine }) => mine && source === "email")) {
    const meta = target.querySelector(`li[data-id="${CSS.escape(id)}"] .msg-meta`);
    if (!meta || meta.querySelector("a")) continue;
    meta.append(" ", el("a", { href: `/support-tickets/${target.dataset.ticketId}/mail/${id}` }, t("Whole email")));
  }
});

document.addEventListener("support:ticket", ({ target, detail }) => {
  if (!nearby(target, "[data-status-form]")) return;
  const known = document.querySelector("[data-ticket-status]")?.dataset.ticketStatus;
  swapPills("status", detail.status);
  swapPills("priority", detail.priority);
  showAssignee(detail.assigned_to);
  showQueue(detail.chat);
  const version = versions.get(detail.id);
  versions.set(detail.id, detail.updated_at);
  const changed = version ? version !== detail.updated_at : known !== detail.status;
  if (changed) refresh();
});
