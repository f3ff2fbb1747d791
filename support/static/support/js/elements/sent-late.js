/**
 * How many messages went out once the line was back, for a moment after they did: "Back online. 2 messages sent."
 *
 * Called with every snapshot by connection-banner.js and chat-head.js.
 */

const LASTS = 4_000;
const AWAY = new Set(["reconnecting", "polling"]);

export class SentLate {
  count = 0;
  #waited = 0; // the most that waited while away
  #at = 0;

  look({ connection, pending }, now) {
    if (AWAY.has(connection)) this.#waited = Math.max(this.#waited, pending);
    if (connection === "open" && !pending && this.#waited) {
      [this.count, this.#at, this.#waited] = [this.#waited, now, 0];
    }
    if (now - this.#at >= LASTS) this.count = 0;
    return this.count;
  }
}
