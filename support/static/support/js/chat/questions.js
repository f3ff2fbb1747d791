/**
 * What this page asks the server for: the messages it missed (`resume`) and earlier ones (`history`).
 *
 * Promises: a hole is asked for once, after a short patience, and again only when the server said something new;
 * an unanswered question ends the connection. An answer repeats its question's `after` or `before`: two asked by HTTP
 * may overtake each other. Called by chat/link.js and chat/shared-link.js.
 */

import { TIMES } from "./protocol.js";

export class Questions {
  #ask;
  #onSilence;
  #asked = [];
  #timers = {};
  #fruitless = null;
  #open = false;

  /** `ask(frame)` sends; `onSilence()` is told when an answer does not come. */
  constructor({ ask, onSilence }) {
    this.#ask = ask;
    this.#onSilence = onSilence;
  }

  open() {
    this.down();
    this.#open = true;
  }

  down() {
    this.#open = false;
    this.#asked = [];
    this.#fruitless = null;
    clearTimeout(this.#timers.gap);
    clearTimeout(this.#timers.answer);
    this.#timers = {};
  }

  isAsking(kind) {
    return this.#asked.includes(kind);
  }

  /** Which question a chat_history frame answers. */
  answered(frame) {
    clearTimeout(this.#timers.answer);
    const kind = (frame.before ?? null) === null ? "resume" : "earlier";
    const at = this.#asked.indexOf(kind);
    if (at >= 0) this.#asked.splice(at, 1);
    if (this.#asked.length) this.#expect();
    return kind;
  }

  /** Refused for now: the next heartbeat is a reason to ask again. */
  dropped() {
    if (!this.#asked.length) return false;
    this.#asked.shift();
    clearTimeout(this.#timers.answer);
    return true;
  }

  /** `look()` says where the hole begins (null: none) and how far the server is; it is asked again after patience. */
  gap(look) {
    const { after, last, revision } = look();
    if (after === null || !this.#open || this.#timers.gap || this.isAsking("resume")) return;
    if (this.#fruitless === `${after} ${last} ${revision}`) return;
    this.#timers.gap = setTimeout(() => this.#resume(look), TIMES.gapPatience);
  }

  #resume(look) {
    delete this.#timers.gap;
    const { after, last, revision } = look();
    if (after === null || !this.#open) return;
    this.#fruitless = `${after} ${last} ${revision}`;
    this.#put("resume", { type: "resume", after });
  }

  /** A heartbeat repeats what it knows: worth another question. */
  again() {
    this.#fruitless = null;
  }

  /** True when the page before this one is on its way. */
  earlier(before) {
    if (!this.#open || this.isAsking("earlier")) return this.#open;
    return this.#put("earlier", { type: "history", before, limit: 50 });
  }

  #put(kind, frame) {
    if (!this.#ask(frame)) return false;
    this.#asked.push(kind);
    this.#expect();
    return true;
  }

  #expect() {
    clearTimeout(this.#timers.answer);
    this.#timers.answer = setTimeout(this.#onSilence, TIMES.answer);
  }
}
