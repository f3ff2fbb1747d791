/**
 * The switches for this browser's own notifications and the tone, beside the server's form.
 *
 * The browser's permission is asked for when the person turns the switch on, at no other time. When it says no, the
 * switch goes back and a sentence says what to do; nothing is saved before the form is.
 */

import { t } from "../words.js";
import { askPermission, permission } from "./browser-notices.js";
import { playTone } from "./tone.js";

const wish = document.querySelector("[data-browser-notices]");
const state = document.querySelector("[data-browser-state]");
const listen = document.querySelector("[data-plays]");

const WORDS = {
  denied: () => t("This browser blocks our notifications. Allow them in its settings for this page, then turn this on."),
  unsupported: () => t("This browser has no notifications. You’ll still see everything behind the bell."),
  default: () => t("This browser hasn’t allowed our notifications yet. Turn this off and on to be asked."),
  granted: () => "",
};

async function changed() {
  const answer = wish.checked ? await askPermission() : "granted";
  if (answer !== "granted") wish.checked = false;
  state.textContent = answer === "default" ? t("Your browser was not told yes, so this stays off.") : WORDS[answer]();
}

wish.addEventListener("change", changed);
if (wish.checked) state.textContent = WORDS[permission()]();
listen.hidden = false;
listen.addEventListener("click", () => playTone());
