/**
 * "Reached this page" and "really seen": the reader's two cursors, told to the server at most once a second each.
 *
 * Monotone within a conversation; what was said on a connection that died is said again on the next unless confirmed,
 * as `received` never is. Made by chat/link.js.
 */

import { TIMES } from "./protocol.js";

export class Marks {
  #send;
  #wanted;
  #said;
  #timer = null;
  #open = false;

  /** `send(kind, sequence)` returns true when it went out. */
  constructor(send) {
    this.#send = send;
    this.begin();
  }

  /** Nothing of this conversation has reached this page. */
  begin() {
    this.#wanted = { received: 0, read: 0 };
    this.#said = { ...this.#wanted };
  }

  /** A connection is up, or says once more what the server has of us: `read`. */
  open(read) {
    if (!this.#open) this.#said.received = 0;
    this.#open = true;
    this.#said.read = Math.min(this.#said.read, read);
    if (this.#timer === null) this.#flush();
  }

  down() {
    this.#open = false;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What was said last did not arrive. */
  unsaid(kind) {
    this.#said[kind] = 0;
  }

  want(kind, sequence) {
    if (sequence <= this.#wanted[kind]) return;
    this.#wanted[kind] = sequence;
    if (this.#open && this.#timer === null) this.#flush();
  }

  #flush() {
    this.#timer = null;
    let said = false;
    for (const kind of ["received", "read"]) {
      if (this.#wanted[kind] <= this.#said[kind] || !this.#send(kind, this.#wanted[kind])) continue;
      this.#said[kind] = this.#wanted[kind];
      said = true;
    }
    if (said) this.#timer = setTimeout(() => this.#flush(), TIMES.marksEvery);
  }
}
