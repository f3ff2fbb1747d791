/**
 * A form is sent once: its button shows that it is busy, a second press does nothing. Labels stay, nothing is disabled.
 *
 * Forms that script sends itself (a prevented submit) are left alone; a page that comes back from the browser's cache
 * is free again.
 */

import { flag } from "../elements/dom.js";

const SELECTOR = 'form[method="post"]';

function busy(form, on) {
  for (const button of form.querySelectorAll("button:not([type=button])")) flag(button, "aria-busy", on);
  form.toggleAttribute("data-sending", on);
}

export function startForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches(SELECTOR) || event.defaultPrevented) return;
    if (form.hasAttribute("data-sending")) event.preventDefault();
    else busy(form, true);
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sending]")) busy(form, false);
  });
}
