/**
 * The profile: when this device is in another time zone than the one chosen, one banner offers it. Nothing is saved
 * before the form is.
 */

import { t } from "../words.js";

const choice = document.querySelector("select[name=timezone]");
const banner = document.querySelector("[data-zone-banner]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const offered = [...choice.options].find((option) => option.value === here);

if (offered && choice.value !== here) {
  banner.querySelector("[data-zone-name]").textContent = offered.text;
  banner.hidden = false;
}

banner.querySelector("[data-zone-take]").addEventListener("click", () => {
  choice.value = here;
  banner.hidden = true;
  choice.focus();
  document.querySelector("[data-zone-state]").textContent = t("{zone} is chosen. Save to keep it.", { zone: offered.text });
});
