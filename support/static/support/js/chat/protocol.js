/**
 * The words of the wire that the client decides by: limits, close codes, which refusals are worth a repeat.
 *
 * Pure tables and functions; docs/websocket.md is the same in prose. Called by every module under chat/.
 */

import { plural, t } from "../words.js";

export const LIMITS = Object.freeze({
  codePoints: 10_000, // of one message
  resume: 200, // further behind than this, the server answers with the tail only
});

export const TIMES = Object.freeze({
  answer: 10_000, // an append unanswered for this long: the connection is not what it seems
  silence: 35_000, // two heartbeats of 15 s missed, and a little
  typingEvery: 3_000,
  typingLasts: 5_000,
  marksEvery: 1_000,
  gapPatience: 150, // two workers' broadcasts may cross; ask only if the hole stays
  askAgain: 30_000, // an accepted message not yet seen stored is offered again (same id), then at twice the time
});

/** Close code -> what the client does. `stop` never reconnects by itself; `wait` is the least delay in ms. */
const CLOSES = {
  4401: { stop: "signed-out" },
  4404: { stop: "not-found" },
  4408: { stop: "ended" },
  4409: { wait: 0 },
  4413: { tooLarge: true, wait: 0 },
  1009: { tooLarge: true, wait: 0 },
  4429: { wait: 10_000, tooFast: true },
  1013: { wait: 3_000 },
};

export function closePolicy(code, reason = "") {
  const policy = { wait: 0, ...CLOSES[code] };
  const seconds = Number.parseFloat(reason);
  if (policy.tooFast && seconds > 0) policy.wait = seconds * 1000;
  return policy;
}

/** Refusals that say "not now": the message stays at the head of the line and is sent again under the same id. */
const NOT_NOW = new Set([
  "log-unavailable", "log-full", "database-unavailable", "too-fast", "internal", "not-authenticated", "csrf",
]);

export const isRetryable = (code) => NOT_NOW.has(code);

/** Own words that are still on their way. */
export const isWaiting = ({ state }) => state === "sending" || state === "accepted";

/** Own words as they go to the server: audience, what was seen and topic only where that says something. */
export const asSent = ({ id, message, audience, seen, topic }) => ({
  id, message, audience: audience === "staff" ? audience : undefined, seen: seen ?? undefined, topic: topic || undefined,
});

const tooLong = (over) => plural(over,
  "This message is {n} character too long. Shorten it or send it in two.",
  "This message is {n} characters too long. Shorten it or send it in two.");

/** Why a text cannot be sent, as a sentence for the person; "" when it can. The server checks again. */
export function refusalOf(text) {
  if (!text.trim()) return t("Write a message first.");
  if (/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)) {
    return t("This text holds a character we can’t accept. Remove it and try again.");
  }
  const over = [...text].length - LIMITS.codePoints;
  return over > 0 ? tooLong(over) : "";
}

/** A random UUID; `randomUUID` is missing on pages served over plain HTTP from another host. */
export function newId() {
  if (globalThis.crypto.randomUUID) return globalThis.crypto.randomUUID();
  const address = URL.createObjectURL(new Blob()); // ends with one
  URL.revokeObjectURL(address);
  return address.slice(-36);
}

/** Milliseconds before attempt `n` (0, 1, …): doubling from 0.5 s to 15 s, the upper half of it random. */
export function backOff(attempt, random = Math.random) {
  const ceiling = Math.min(15_000, 500 * 2 ** attempt);
  return Math.round(ceiling * (0.5 + random() / 2));
}
