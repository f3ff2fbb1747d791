/**
 * The outbox of one thread: keeps own words on the device until they are seen stored, and says which to send next.
 *
 * Promises: one unanswered append per connection; always the oldest first, so order of sending is order of showing;
 * after a loss everything not seen stored goes again, from the head, under the same ids. The list itself is the
 * reducer's `pending`; this module mirrors it to the device and remembers what this connection has answered. In a tab
 * that follows another it only keeps what is written there: `open` is for the tab that leads.
 * Called by chat/session.js.
 */

import { newId, TIMES } from "./protocol.js";

const KEPT = new Set(["sending", "accepted", "failed", "held"]);
const WAITING = new Set(["sending", "accepted"]);

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
  #onKept;
  #now;
  #mirror = new Map(); // id -> what the device holds
  #answered = new Map(); // id -> when this connection answered it
  #asked = new Map(); // id -> how often it was offered again
  #keeping = new Map(); // id -> on its way to the device
  #dropped = new Set(); // no longer wanted, whatever a reading that began earlier brings
  #inFlight = null;
  #ready = false;
  #restored = false;
  #blockedUntil = 0;

  /** `send(item)` returns true when the item was handed to the connection; `onKept()` may call `pump` again. */
  constructor({ storage, owner, send, onKept = () => {}, now = Date.now }) {
    this.#storage = storage;
    this.#owner = owner;
    this.#send = send;
    this.#onKept = onKept;
    this.#now = now;
  }

  /** Hand over what other pages left behind, oldest first. `anew`: nothing is sent before, those go first. */
  async restore(apply, { anew = false } = {}) {
    if (anew) this.#restored = false;
    const rows = (await this.#storage.all(this.#owner)).filter((row) => !this.#dropped.has(row.id));
    for (const row of rows) this.#mirror.set(row.id, signature(row));
    const items = rows.sort((a, b) => a.order - b.order);
    this.#restored = true;
    apply(items.map((row) => (row.state === "accepted" ? { ...row, state: "sending" } : row)));
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
    if (!this.#ready || !this.#restored || this.#inFlight || this.#now() < this.#blockedUntil) return null;
    const next = pending.find((item) => WAITING.has(item.state) && !this.#answered.has(item.id));
    if (!next || this.#keeping.has(next.id) || !this.#send(next)) return null;
    this.#inFlight = next.id;
    return next.id;
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

  /** A person wants this one again. */
  forget(id) {
    this.#answered.delete(id);
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
