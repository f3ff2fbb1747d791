/**
 * The open conversation: which row is marked, what the phone shows, and a head and panel that follow the ticket.
 *
 * <message-log> tells of the ticket's changes ("support:ticket"); the head carries the state it was drawn with, and is
 * fetched anew when they differ, but never from under an open menu.
 */

import { countInTitle } from "../page/notices.js";
import { choose } from "./composer.js";
import { isBusy } from "./keep.js";
import { putAway } from "./menus.js";
import { address, renew } from "./regions.js";
import { rowsOf, showRow } from "./rows.js";

let shown = null; // the ticket that was open before a swap
let latest = null; // the ticket's state as last heard

const head = () => document.getElementById("conv-head");
const opened = () => document.getElementById("conv")?.dataset.ticket ?? null;

const stateOf = ({ status, priority, assigned_to: agent, tags, chat }) =>
  [status, priority, agent?.id ?? "", (tags ?? []).join(", "), markOf(chat)].join("|");

const markOf = (chat) => (chat ? chat.state + (chat.unattended_since ? " away" : "") : "");

const list = () => document.getElementById("rows");

/** The row of the open ticket, marked; also after a list was drawn anew. */
export function markRow() {
  const ticket = opened();
  for (const row of rowsOf(list())) {
    const link = row.querySelector(".row-title");
    if (row.dataset.ticket === ticket) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Later, when nobody types in the head or the panel any more: what they choose is checked against what they saw. */
function follow({ detail: ticket }) {
  latest = ticket;
  if (!head() || ticket.id !== opened() || !ticket.status || stateOf(ticket) === head().dataset.state) return;
  if (!isBusy(head()) && !isBusy(document.getElementById("context"))) renew("conv-head");
}

/**
 * What can be sent depends on whether the ticket is active, resolved or closed: then the composer is drawn anew too, but
 * not beneath somebody who writes. The drafts are kept by the element itself.
 */
async function checkComposer() {
  const composer = document.getElementById("composer");
  if (!composer || composer.dataset.phase === head()?.dataset.phase || isBusy(composer)) return;
  const { value } = composer.elements.audience;
  await renew("conv-foot");
  choose(value);
}

/** What had to wait while somebody wrote. */
function catchUp() {
  if (latest) follow({ detail: latest });
  checkComposer();
}

function show(desk) {
  const other = shown !== opened();
  shown = opened();
  markRow();
  firstLook();
  if (!other) return;
  desk.dataset.view = shown ? "thread" : "list";
  putAway(desk);
  const back = document.querySelector("#conv [data-back]");
  if (back?.checkVisibility()) back.focus();
}

/** A ticket without messages has nothing that could be scrolled into view: opening it is reading it. */
async function firstLook() {
  const form = document.querySelector("form[data-first-look]");
  if (!form || document.visibilityState !== "visible") return;
  form.removeAttribute("data-first-look");
  const headers = { "HX-Request": "true" };
  const options = { method: "POST", body: new FormData(form), headers, credentials: "same-origin" };
  const answer = await fetch(form.action, options).catch(() => null);
  if (answer?.ok) tellList();
}

/** The list has no frame of its own for what this agent has read. */
const tellList = () => document.dispatchEvent(new CustomEvent("desk:read"));

function watchReading() {
  let before = "";
  return ({ target, detail: { readSequence } }) => {
    const now = `${target.dataset.ticketId} ${readSequence}`;
    if (before && before !== now && before.split(" ")[0] === target.dataset.ticketId) tellList();
    before = now;
  };
}

function toList(desk, event) {
  event.preventDefault();
  const ticket = opened();
  desk.dataset.view = "list";
  history.pushState(null, "", address({ ticket: null }));
  const row = rowsOf(list()).find(({ dataset }) => dataset.ticket === ticket);
  if (row) showRow(list(), row).querySelector(".row-title").focus();
}

/** Entries that htmx made it restores by itself; ours only differ by whether a ticket is open. */
function goBack(desk, state) {
  const wanted = new URL(location.href).searchParams.get("ticket");
  const there = desk.dataset.view === "thread" ? opened() : null;
  if (!state?.htmx && wanted !== there) location.reload();
}

export function startConversation(desk) {
  shown = opened();
  desk.addEventListener("support:ticket", follow);
  desk.addEventListener("support:snapshot", watchReading());
  desk.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target.id === "conv") show(desk);
    if (detail.target.id === "conv-head") checkComposer();
    if (["rows", "list", "more-rows"].includes(detail.target.id)) markRow();
  });
  desk.addEventListener("htmx:afterSettle", () => {
    countInTitle(Number(document.querySelector("[data-unread-total]")?.dataset.unreadTotal));
  });
  desk.addEventListener("click", (event) => {
    if (event.target.closest("[data-back]")) toList(desk, event);
    if (event.target.closest("[data-earlier]")) event.preventDefault();
  });
  desk.addEventListener("focusout", () => setTimeout(catchUp));
  desk.addEventListener("support:sent", () => setTimeout(catchUp));
  desk.addEventListener("toggle", ({ newState }) => newState === "closed" && setTimeout(catchUp), { capture: true });
  document.addEventListener("visibilitychange", firstLook);
  addEventListener("popstate", ({ state }) => goBack(desk, state));
  firstLook();
}
