/**
 * Search and filters of the requester's list: "/" goes to the search (unless the profile turned single keys off), a
 * choice applies at once, Escape closes the panel.
 *
 * The answer brings the panel anew, because a removed filter changes it; it stays open, and the focus in it. Called by
 * page/tickets.js.
 */

const panel = () => document.getElementById("ticket-filters");
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

function pressed(event) {
  if (event.key === "Escape" && panel().open) {
    panel().open = false;
    panel().querySelector("summary").focus();
    return;
  }
  const off = document.querySelector("[data-tickets-page][data-shortcuts=off]");
  if (event.key !== "/" || off || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  document.getElementById("ticket-search").focus();
}

let kept = null;

export function startFilters(page) {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", ({ target }) => {
    if (target.isConnected && panel() && !panel().contains(target)) panel().open = false;
  });
  page.addEventListener("change", ({ target }) => {
    if (target.matches("#ticket-filters select")) globalThis.htmx.trigger(target.form, "submit");
  });
  page.addEventListener("htmx:oobBeforeSwap", () => {
    kept ??= { open: panel().open, id: panel().contains(document.activeElement) ? document.activeElement.id : "" };
  });
  page.addEventListener("htmx:afterSettle", () => {
    if (!kept) return;
    panel().open = kept.open;
    if (kept.id) document.getElementById(kept.id)?.focus();
    kept = null;
  });
}
