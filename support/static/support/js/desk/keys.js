/**
 * Single-key shortcuts, as the "?" sheet lists them: off while typing, off with a modifier, off when somebody turned
 * them off in their profile (WCAG 2.1.4; data-shortcuts="off"). Each does what a control on the page does.
 */

import { write } from "./composer.js";
import { closeDrawer, openMenu, toggleDetails } from "./menus.js";
import { rowsOf, showRow } from "./rows.js";

const TOGETHER = 1_000; // between G and what follows
const typing = (node) => node.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

function step(by) {
  const list = document.getElementById("rows");
  const rows = rowsOf(list);
  const focused = rows.indexOf(document.activeElement?.closest(".ticket-row"));
  const at = focused >= 0 ? focused : rows.findIndex((row) => row.querySelector("[aria-current]"));
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  if (!next) return;
  const link = showRow(list, next).querySelector(".row-title");
  link.focus();
  link.scrollIntoView({ block: "nearest" });
  if (!link.hasAttribute("aria-current")) link.click();
}

const showKeys = () => document.getElementById("shortcuts").showPopover();

/** After G. The inbox is drawn in place where there is a list; elsewhere the rail leads to it. */
const placesOf = (desk) => ({
  i: () => (desk.querySelector(".views a, .views-menu a") ?? desk.querySelector('[data-go="i"]')).click(),
  r: () => desk.querySelector('[data-go="r"]').click(),
});

const keysOf = (desk) => ({
  j: () => step(1),
  k: () => step(-1),
  r: () => write("public"),
  n: () => write("staff"),
  a: () => openMenu("assign-menu"),
  s: () => openMenu("status-menu"),
  e: () => document.querySelector("form[data-main-move] button, button[data-main-move]")?.click(),
  "[": () => toggleDetails(desk),
  "?": showKeys,
  "/": () => {
    desk.dataset.view = "list";
    document.querySelector("#list input[type=search]")?.select();
  },
});

/** Out of a field, so that the keys work, and not into nowhere. */
function leave(field) {
  const next = field.closest("#list") ? document.getElementById("rows") : document.querySelector("#conv [role=log]");
  if (next?.checkVisibility()) next.focus({ preventScroll: true });
  else field.blur();
}

/** The keys as this machine names them. */
function nameKeys() {
  if (!/mac|iphone|ipad/i.test(navigator.platform)) return;
  for (const key of document.querySelectorAll("[data-command-key]")) key.textContent = "⌘";
}

function escape(desk, event) {
  if (document.querySelector(":popover-open")) return; // the browser closes it
  if (closeDrawer(desk)) event.preventDefault();
  else if (typing(event.target)) leave(event.target);
}

/** On a page of the desk without conversations (reports) there is nothing for the other keys to do. */
export function startKeys(desk) {
  const keys = document.getElementById("list") ? keysOf(desk) : { "?": showKeys };
  const places = placesOf(desk);
  const off = desk.dataset.shortcuts === "off";
  let goAt = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") return escape(desk, event);
    if (off || typing(event.target) || document.querySelector(":popover-open, dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const going = performance.now() - goAt < TOGETHER;
    goAt = key === "g" ? performance.now() : -Infinity;
    const action = (going && places[key]) || keys[key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  nameKeys();
  desk.addEventListener("htmx:afterSettle", nameKeys);
}
