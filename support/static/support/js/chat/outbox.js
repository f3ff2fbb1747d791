/**
 * The outbox of one thread: keeps own words on the device until they are seen stored, and says which to send next.
 *
 * Promises: one unanswered append per connection; always the oldest first, so order of sending is order of showing;
 * after a loss everything not seen stored goes again, from the head, under the same ids. Nothing goes before what
 * another tab kept on the device before it, whether that tab has said so yet or not. The list itself is the reducer's
 * `pending`; this module mirrors it to the device and remembers what this connection has answered. In a tab that
 * follows another it only keeps what is written there: `open` is for the tab that leads.
 * Called by chat/session.js.
 */

import { isWaiting, newId, TIMES } from "./protocol.js";

const KEPT = new Set(["sending", "accepted", "failed", "held"]);

const signature = (item) => `${item.state} ${item.order} ${item.code ?? ""}`;

/** Words as they wait, under the id they will be stored by. */
export const newItem = ({ id, me, text, audience = "public", seen = null, topic, order }) => ({
  id: id || newId(), sequence: null, message: text, audience, seen, topic, sender: { id: me.id }, is_support: me.staff,
  created_at: new Date().toISOString(), order, state: "sending", error: null, code: null,
});

export class Outbox {
  #storage;
  #owner;
  #send;
  #onFound;
  #onKept;
  #now;
  #mirror = new Map(); // id -> what the device holds
  #answered = new Map(); // id -> when this connection answered it
  #asked = new Map(); // id -> how often it was offered again
  #keeping = new Map(); // id -> on its way to the device
  #dropped = new Set(); // no longer wanted, whatever a reading that began earlier brings
  #placed = new Set(); // ids: whatever was kept before them has been found
  #isReading = false;
  #inFlight = null;
  #ready = false;
  #blockedUntil = 0;

  /**
   * `send(item)` returns true when the item was handed to the connection; `onFound(items)` hears what other pages left
   * behind, oldest first; both that and `onKept()` may call `pump` again.
   */
  constructor({ storage, owner, send, onFound, onKept = () => {}, now = Date.now }) {
    this.#storage = storage;
    this.#owner = owner;
    this.#send = send;
    this.#onFound = onFound;
    this.#onKept = onKept;
    this.#now = now;
  }

  /** Find what other pages left on the device. `kept`: what is there too, and has nothing unknown before it any more. */
  async restore(kept = []) {
    const rows = (await this.#storage.all(this.#owner)).filter((row) => !this.#dropped.has(row.id));
    for (const row of rows) this.#mirror.set(row.id, signature(row));
    for (const { id } of [...rows, ...kept]) this.#placed.add(id);
    this.#isReading = false;
    const items = rows.sort((a, b) => a.order - b.order);
    this.#onFound(items.map((row) => (row.state === "accepted" ? { ...row, state: "sending" } : row)));
    this.#storage.late?.then(() => this.restore());
  }

  get isKept() {
    return this.#storage.isKept;
  }

  /** Another tab has kept it. */
  known(item) {
    this.#mirror.set(item.id, signature(item));
  }

  /** Resolves when the device has it. */
  keep(item) {
    if (this.#mirror.get(item.id) !== signature(item)) {
      this.#mirror.set(item.id, signature(item));
      const put = this.#storage.put({ ...item, owner: this.#owner }).then(() => this.#kept(item.id, put));
      this.#keeping.set(item.id, put);
    }
    return this.#keeping.get(item.id) ?? Promise.resolve();
  }

  #kept(id, put) {
    if (this.#keeping.get(id) === put) this.#keeping.delete(id);
    this.#onKept();
  }

  drop(id) {
    this.#dropped.add(id);
    this.#mirror.delete(id);
    return this.#storage.remove(id);
  }

  /** Make the device hold exactly what `pending` still needs. For the tab that sends. */
  mirror(pending) {
    const wanted = new Map(pending.filter((item) => KEPT.has(item.state)).map((item) => [item.id, item]));
    for (const id of this.#mirror.keys()) {
      if (!wanted.has(id)) this.drop(id);
    }
    for (const item of wanted.values()) this.keep(item);
  }

  /* ---- flow ---------------------------------------------------------------------------------------------------- */

  get inFlight() {
    return this.#inFlight;
  }

  get blockedUntil() {
    return this.#blockedUntil;
  }

  /** The connection is up and its history has arrived: start from the head. */
  open() {
    this.#answered.clear();
    this.#inFlight = null;
    this.#ready = true;
  }

  down() {
    this.#inFlight = null;
    this.#ready = false;
  }

  /** Send the next one, if the line is free. Returns its id, or null. */
  pump(pending) {
    if (!this.#ready || this.#inFlight || this.#now() < this.#blockedUntil) return null;
    const next = pending.find((item) => isWaiting(item) && !this.#answered.has(item.id));
    if (!next || this.#keeping.has(next.id) || !this.#isNext(next, pending) || !this.#send(next)) return null;
    this.#inFlight = next.id;
    return next.id;
  }

  /** Another tab may have kept words before it and not said so: the device is asked, once it has this one as well. */
  #isNext({ id }, pending) {
    if (this.#placed.has(id)) return true;
    if (!this.#isReading) this.restore(pending.filter((item) => !this.#keeping.has(item.id)));
    this.#isReading = true;
    return false;
  }

  /** Accepted, stored, or refused for good: the line is free for the next one. */
  answered(id) {
    this.#answered.set(id, this.#now());
    if (this.#inFlight === id) this.#inFlight = null;
  }

  /** Refused for now: the same one goes again after `delay`. */
  refused(id, delay) {
    if (this.#inFlight === id) this.#inFlight = null;
    this.#blockedUntil = this.#now() + delay;
  }

  wait(until) {
    this.#blockedUntil = Math.max(this.#blockedUntil, until);
  }

  /** A person wants this one again, after all that waits. */
  forget(id) {
    this.#answered.delete(id);
    this.#placed.delete(id);
  }

  /** Accepted long ago and never seen stored: its frame got lost, or a refusal did. Those may go again. */
  askAgain(pending) {
    for (const { id, state } of pending) {
      const times = this.#asked.get(id) ?? 0;
      const due = this.#answered.get(id) + TIMES.askAgain * 2 ** times; // NaN when not answered
      if (state !== "accepted" || !(this.#now() >= due)) continue;
      this.#answered.delete(id);
      this.#asked.set(id, times + 1);
    }
  }
}
