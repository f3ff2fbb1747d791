/**
 * Menus and the panel: focus goes into a menu that opens, arrow keys move in it, choosing closes it, and focus comes
 * back where it was; the details panel opens and closes in place. Popovers themselves (Escape, click outside) are the
 * browser's.
 */

const WIDE = 82 * 16; // of the desk, as in desk.css: below that the panel is a drawer

const entries = (menu) => [...menu.querySelectorAll("a, button, input")].filter((entry) => !entry.disabled && entry.type !== "hidden");

function moveIn(menu, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step && event.key !== "Home" && event.key !== "End") return;
  const all = entries(menu);
  const at = all.indexOf(document.activeElement);
  const next = step ? (at + step + all.length) % all.length : event.key === "Home" ? 0 : all.length - 1;
  event.preventDefault();
  all[next]?.focus();
}

/** Open the menu with this id, as its button does; the next key is for it already, which "toggle" would be too late for. */
export function openMenu(id) {
  const menu = document.getElementById(id);
  if (!menu || menu.matches(":popover-open")) return;
  document.querySelector(`[popovertarget="${id}"]`)?.click();
  if (menu.matches(":popover-open")) entries(menu)[0]?.focus();
}

const isDrawer = (desk) =>
  desk.dataset.details === "open" && desk.clientWidth < WIDE && document.querySelector("#context:not(:empty)") !== null;

/** Behind the drawer nothing can be reached: neither by Tab nor by a finger, which closes it. */
function guard(desk) {
  const drawer = isDrawer(desk) ? document.getElementById("context") : null;
  for (const part of desk.querySelectorAll(":scope > .rail, .desk-main > *")) part.inert = drawer !== null && part !== drawer;
}

export function toggleDetails(desk) {
  const wide = desk.clientWidth >= WIDE;
  const open = wide ? desk.dataset.details !== "closed" : desk.dataset.details === "open";
  if (wide) desk.dataset.details = open ? "closed" : "";
  else desk.dataset.details = open ? "" : "open";
  guard(desk);
  if (!wide && !open) document.querySelector(".context-close")?.focus();
  if (!wide && open) document.querySelector(".details-toggle")?.focus();
}

/** Another ticket is shown: what was open over the one before is not, and the focus is somebody else's business. */
export function putAway(desk) {
  if (desk.dataset.details === "open") desk.dataset.details = "";
  guard(desk);
}

/** True when there was a drawer to close. */
export function closeDrawer(desk) {
  if (!isDrawer(desk)) return false;
  toggleDetails(desk);
  return true;
}

export function startMenus(desk) {
  let returnTo = ""; // after a form of ours the head is drawn anew, with other buttons
  document.addEventListener("toggle", ({ target, newState }) => {
    if (newState === "open" && target.matches?.(".desk-menu")) entries(target)[0]?.focus();
  }, { capture: true });
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.(".desk-menu:popover-open");
    if (menu) moveIn(menu, event);
  });
  // After the form's own listeners: hiding a menu takes the focus from its button, and htmx forgets which was pressed.
  document.addEventListener("submit", ({ submitter }) => {
    const menu = submitter?.closest(".desk-menu:popover-open");
    menu?.hidePopover();
    returnTo = menu ? `[popovertarget="${menu.id}"]` : "";
  });
  desk.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target.id !== "conv-head" || !returnTo) return;
    if (document.activeElement === document.body) document.querySelector(returnTo)?.focus();
    returnTo = "";
  });
  new ResizeObserver(() => guard(desk)).observe(desk);
  for (const type of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.addEventListener(type, () => guard(desk));
  document.addEventListener("click", (event) => {
    event.target.closest(".desk-menu:popover-open a")?.closest(".desk-menu").hidePopover();
    if (event.target.matches("#desk, .desk-main")) closeDrawer(desk); // what is behind the drawer is inert: they hold it
    if (!event.target.closest("[data-toggle-details]")) return;
    event.preventDefault();
    toggleDetails(desk);
  });
}
