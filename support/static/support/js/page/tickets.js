/**
 * The requester's list: a ticket opens beside it, a search follows what is typed, and what changes elsewhere shows.
 *
 * From 60rem a row opens in place (below, and without script, it is a link). Selection, focus, scroll and the pages
 * loaded below outlive every refresh. What the server did not answer is said where it is missing, with a way on. Loaded
 * by page/main.js.
 */

import { coalesced } from "../desk/coalesce.js";
import { merge } from "../desk/merge.js";
import { flag } from "../elements/dom.js";
import { startFilters } from "./filters.js";
import { isSignIn, signedOut } from "./faults.js";
import { countInTitle } from "./notices.js";
import { quiet, startFollowing, whenOver } from "./under-way.js";

const PATIENCE = 200; // a wait shorter than this is none
const wide = matchMedia("(width >= 60rem)");
const by = (id) => document.getElementById(id);
const PARTS = { "ticket-detail": "conversation-fault", "ticket-results": "list-fault", "more-rows": "list-fault" };
let wanted = null; // the link that was followed last

/* ---- opening ------------------------------------------------------------------------------------------------------ */

function open(link) {
  wanted = link;
  const where = { source: link, target: "#ticket-detail", swap: "outerHTML show:none", push: link.getAttribute("href") };
  globalThis.htmx.ajax("GET", link.href, where).catch(() => {});
}

function clicked(event) {
  const link = event.target.closest("#ticket-rows .row-title");
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey && event.button === 0;
  if (!link || !plain || !wide.matches || !globalThis.htmx) return;
  event.preventDefault();
  open(link);
}

const shown = () => document.querySelector("#ticket-detail message-log")?.dataset.ticketId ?? "";

/** The row of the ticket that is open; the search names it too, so that the address stays the ticket's. */
function mark() {
  const ticket = shown();
  for (const link of document.querySelectorAll("#ticket-rows .row-title")) {
    flag(link, "aria-current", link.id === `ticket-${ticket}`);
  }
  const field = document.querySelector("#ticket-results input[name=selected]");
  if (field) field.value = ticket;
  keepFilters(document.querySelector("#ticket-detail [data-full]"));
}

/** The list may have been narrowed since the ticket was opened: the way back from the full page leads to it as it is now. */
function keepFilters(link) {
  if (!link) return;
  const asked = new URLSearchParams(location.search);
  asked.delete("cursor");
  asked.set("view", "full");
  link.search = asked;
}

function opened() {
  mark();
  by("thread-title")?.focus({ preventScroll: true });
  countInTitle(Number(document.querySelector("[data-unread-total]")?.dataset.unreadTotal) || 0);
}

/* ---- waiting and failing ------------------------------------------------------------------------------------------ */

const timers = new Map();

function waiting(region) {
  clearTimeout(timers.get(region));
  timers.set(region, setTimeout(() => {
    flag(region, "aria-busy", true);
    if (!region.querySelector(":scope > .when-loading")) region.append(by("loading-template").content.cloneNode(true));
  }, PATIENCE));
}

function done(region) {
  clearTimeout(timers.get(region));
  flag(region, "aria-busy", false);
  region.querySelector(":scope > .when-loading")?.remove();
}

function failed(target, again) {
  const part = by(PARTS[target.id]).content.firstElementChild.cloneNode(true);
  part.querySelector("[data-again]").addEventListener("click", () => {
    if (target.id !== "ticket-detail") part.remove();
    again();
  });
  if (target.id === "ticket-detail") {
    target.replaceChildren(part);
    if (!document.querySelector("h1")) part.querySelector("h2").setAttribute("aria-level", "1"); // it was the ticket's
  } else document.querySelector("[data-list-fault]")?.replaceChildren(part);
  part.querySelector("[data-again]").focus();
}

function sayGone() {
  const banner = signedOut();
  banner.classList.add("banner-flush");
  document.querySelector("[data-list-fault]")?.replaceChildren(banner);
}

function again({ elt, target }) {
  if (target.id === "ticket-detail") return () => open(elt);
  if (elt.matches("form")) return () => globalThis.htmx.trigger(elt, "submit");
  return () => elt.click();
}

/** A page of rows takes the place of "Show more", and the focus goes on to its first row. */
let last = null;

function watch(page) {
  page.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.target.id === "ticket-results" && shown()) detail.parameters.selected = shown();
  });
  page.addEventListener("htmx:beforeSend", ({ detail }) => {
    const { elt, target } = detail;
    if (!(target.id in PARTS)) return;
    if (target.id === "more-rows") flag(elt, "aria-busy", true);
    else waiting(target);
    const askAgain = again(detail);
    whenOver(detail, {
      failed: () => failed(target, askAgain),
      ended() {
        done(target);
        flag(elt, "aria-busy", false);
      },
    });
  });
  page.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event;
    if (!(detail.target?.id in PARTS)) return;
    const other = detail.target.id === "ticket-detail" && detail.requestConfig.elt !== wanted;
    if (isSignIn(detail.xhr)) sayGone();
    if (other || isSignIn(detail.xhr)) detail.shouldSwap = false;
    last = detail.target.id === "more-rows" && detail.target.contains(document.activeElement)
      ? detail.target.previousElementSibling : null;
  });
  page.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target.id === "ticket-detail") opened();
    else mark();
    last?.nextElementSibling?.querySelector(".row-title")?.focus({ preventScroll: true });
    last = null;
  });
}

/* ---- what changes elsewhere ---------------------------------------------------------------------------------------- */

const changed = new Set();

const questionOf = (form) => `${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`;

async function fetchList() {
  const form = by("ticket-search-form");
  const asked = questionOf(form);
  const options = { headers: { "HX-Request": "true" }, credentials: "same-origin", cache: "no-store" };
  const answer = await fetch(`${form.action}?${asked}`, options).catch(() => null);
  if (answer?.redirected) sayGone();
  if (!answer?.ok || answer.redirected) return null;
  const text = await answer.text();
  await quiet();
  return asked === questionOf(form) ? text : null;
}

/** A refresh that could not be had, or that another question overtook, is one that comes later. */
async function refresh() {
  const named = new Set(changed);
  const text = await fetchList();
  if (!text) return;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const list = by("ticket-rows");
  for (const id of named) changed.delete(id);
  merge(list, fresh.getElementById("ticket-rows"), named);
  for (const tab of fresh.querySelectorAll(".tabs > a")) {
    const count = by(tab.id)?.querySelector(".count");
    if (count) count.textContent = tab.querySelector(".count").textContent;
  }
  mark();
}

/** The list may have been narrowed since the ticket was opened: what is posted is answered with the list as it is now. */
function posting({ target }) {
  if (!target.matches("#ticket-detail [data-status-form]")) return;
  target.action = new URL(location.search || "?", target.action.split("?")[0]).href;
}

function start(page) {
  // A refused form is answered under its own address, which cannot be read again.
  if (/\/(status|reply)$/.test(location.pathname)) history.replaceState(history.state, "", location.pathname.replace(/\/\w+$/, ""));
  startFollowing();
  page.addEventListener("click", clicked);
  page.addEventListener("submit", posting);
  watch(page);
  startFilters(page);
  page.dataset.ticketsPage = "live";
  if (new URLSearchParams(location.search).has("cursor")) return; // a later page, reached without script
  document.addEventListener("support:ticket-changed", ({ detail }) => changed.add(detail.id));
  document.body.addEventListener("tickets-changed", coalesced(refresh));
}

start(document.querySelector("[data-tickets-page]"));
