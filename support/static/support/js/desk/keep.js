/**
 * What a region keeps when the server draws it anew: the focus, and which parts were open.
 *
 * An element that had the focus is found again by what it is for (its id, the menu it opens, the place it leads to), not
 * by its position. While somebody types in a region, or has a menu of it open, `isBusy` says that it must wait.
 * Called by desk/conversation.js and desk/regions.js.
 */

const WRITTEN_IN = "input:not([type=radio], [type=checkbox], [type=hidden]), textarea, select, [contenteditable]";

const by = (name, value) => `[${name}="${CSS.escape(value)}"]`;

/** A selector that finds this element's successor. */
function nameOf(node) {
  const opens = node.getAttribute?.("popovertarget");
  if (node.closest?.(".sort-menu")) return by("popovertarget", "sort-menu");
  if (node.closest?.(".views-menu")) return by("popovertarget", "views-menu");
  if (node.closest?.("#views-side")) return "#views-side [aria-current]";
  if (opens) return by("popovertarget", opens);
  if (node.id) return `#${CSS.escape(node.id)}`;
  if (node.matches?.("[data-toggle-details]")) return ".details-toggle";
  if (node.closest?.("form[data-main-move]")) return "[data-main-move] button";
  if (node.closest?.(".context-tags")) return ".context-tags summary";
  if (node.matches?.("[data-assign-me]") || node.querySelector?.(":scope > [data-assign-me]")) return ".anchor-assign";
  return node.matches?.("a[href]") ? `#desk a${by("href", node.getAttribute("href"))}` : null;
}

const openParts = () => [...document.querySelectorAll("#context details")].map((part) => part.open);

/** Somebody types in the region, or has a menu of it open: it must not change beneath them. */
export function isBusy(region) {
  const typing = region?.contains(document.activeElement) && document.activeElement.matches(WRITTEN_IN);
  return Boolean(typing || region?.querySelector(":popover-open"));
}

/** Remember now; the function it gives restores what the change took away. */
export function remember(node = document.activeElement) {
  const name = node instanceof Element && node !== document.body ? nameOf(node) : null;
  const [open, ticket] = [openParts(), document.getElementById("conv")?.dataset.ticket];
  return ({ focusAlone = false } = {}) => {
    if (!focusAlone && document.getElementById("conv")?.dataset.ticket === ticket) {
      document.querySelectorAll("#context details").forEach((part, index) => {
        if (!part.hasAttribute("data-mend")) part.open = open[index] ?? part.open; // what was refused stays in sight
      });
    }
    if (!name || (document.activeElement && document.activeElement !== document.body)) return;
    document.querySelector(name)?.focus({ preventScroll: true });
  };
}

/**
 * Around every swap of htmx: what is pressed in a menu that closes has left the focus before. A swap may come before the
 * one before it has settled, when what that took away is not given back yet: the later then finds nothing to remember.
 */
export function startKeeping() {
  let pressed = null;
  const owed = []; // the latest first: where somebody is now goes before where they were
  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    pressed = elt === document.body ? null : elt;
    if (elt.matches?.(".context-tags form")) elt.closest("details").open = false; // saved is done
  });
  document.addEventListener("htmx:beforeSwap", ({ detail: { shouldSwap } }) => {
    if (!shouldSwap) return;
    const lost = document.activeElement === document.body || !document.activeElement;
    owed.unshift(remember(lost && pressed ? pressed : document.activeElement));
  });
  document.addEventListener("htmx:afterSettle", () => {
    owed.splice(0).forEach((restore, age) => restore({ focusAlone: age > 0 }));
    pressed = null;
  });
}
