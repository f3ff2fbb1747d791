/**
 * Toasts in the [data-toasts] region: confirmations and replies elsewhere, never an error that needs action.
 *
 * Six seconds; none while it is pointed at or focused. Server-rendered [data-passing] toasts pass alike.
 */

import { el, icon } from "../elements/dom.js";
import { t } from "../words.js";

const LASTS = 6_000;
const MOST = 3;

export function startToasts() {
  for (const toast of document.querySelectorAll("[data-toasts] [data-passing]")) pass(toast);
}

/** `notice`: {title, text?, url?, icon?, who?}. The same `key` replaces its predecessor; `who` stands out in the title. */
export function showToast({ title, text = "", url, icon: sign = "chat", key = "", who = "" }) {
  const region = document.querySelector("[data-toasts]");
  if (!region) return;
  const toasts = [...region.children];
  toasts.find((toast) => key && toast.dataset.key === key)?.remove();
  if (toasts.length >= MOST) toasts[0].remove();
  const dismiss = el("button", { class: "icon-btn", type: "button", "aria-label": t("Dismiss") }, icon("x", "sm"));
  const words = el("p", {}, ...standingOut(title, who), ...(text ? [el("span", { class: "toast-text", dir: "auto" }, text)] : []));
  const toast = el("div", { class: "toast", "data-key": key }, icon(sign), words);
  if (url) toast.append(el("a", { class: "link-btn", href: url }, t("View")));
  toast.append(dismiss);
  dismiss.addEventListener("click", () => toast.remove());
  region.append(toast);
  pass(toast);
}

/** "**Ben** replied to PP-1042", wherever the language puts the name; without a name all of it stands out. */
function standingOut(title, who) {
  const at = who ? title.indexOf(who) : -1;
  if (at < 0) return [el("b", {}, title)];
  return [title.slice(0, at), el("b", {}, who), title.slice(at + who.length)];
}

function pass(toast) {
  let timer = null;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (isHeld() ? start() : toast.remove()), LASTS);
  };
  const isHeld = () => toast.matches(":hover") || toast.contains(document.activeElement);
  for (const type of ["pointerleave", "focusout"]) toast.addEventListener(type, start);
  start();
}
