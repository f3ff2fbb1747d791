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
  const heard = (now - pingedAt) / 1000;
  if (touchedAt === null || heard >= LEASE) return; // the server knows better
  const values = { used: lengthWords((now - touchedAt) / 1000), heard: lengthWords(heard) };
  for (const line of document.querySelectorAll("[data-reason]")) {
    if (line.dataset.reason === "active") setText(line, t("Online: last activity {used} ago, your page was last heard {heard} ago.", values));
    if (line.dataset.reason === "idle") setText(line, t("Away: no activity for {used}, your page was last heard {heard} ago.", values));
  }
}

/** a moment, 40 s, 12 min. */
function lengthWords(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 10) return t("a moment");
  return whole < 60 ? t("{n} s", { n: whole }) : t("{n} min", { n: Math.floor(whole / 60) });
}
