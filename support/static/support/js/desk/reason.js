/**
 * Why the agent is online or away, kept true while the page is open: [data-reason="active|idle"], from what the page
 * itself reports. Every other reason is the server's line, redrawn with the region when it changes.
 */

import { setText } from "../elements/dom.js";
import { t } from "../words.js";

const EVERY = 5_000;
const LEASE = 60;

export function startReason(notifications) {
  setInterval(() => paint(notifications.evidence(), Date.now()), EVERY);
}

function paint({ touchedAt, pingedAt }, now) {
  const left = LEASE - Math.round((now - pingedAt) / 1000);
  if (touchedAt === null || left <= 0) return; // the server knows better
  const values = { input: lengthWords((now - touchedAt) / 1000), left: lengthWords(left) };
  for (const line of document.querySelectorAll("[data-reason]")) {
    if (line.dataset.reason === "active") setText(line, t("Online: input {input} ago, lease {left} left.", values));
    if (line.dataset.reason === "idle") setText(line, t("Away: no input for {input}, lease {left} left.", values));
  }
}

/** 40 s, 12 min. */
function lengthWords(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? t("{n} s", { n: whole }) : t("{n} min", { n: Math.floor(whole / 60) });
}
