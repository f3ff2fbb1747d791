/**
 * "… is typing": told at most every three seconds, believed for five. It cannot stick: the time it ends at is in the
 * state, and a timer that slept with the page only finds it over. Called by chat/session.js.
 */

import { TIMES } from "./protocol.js";

export class Typing {
  #say;
  #expire;
  #saidAt = 0;
  #timer = null;

  /** `say(frame)` is true when it went out; `expire(now)` drops from the state whoever is over by then. */
  constructor({ say, expire }) {
    this.#say = say;
    this.#expire = expire;
  }

  tell(audience = "public") {
    if (Date.now() - this.#saidAt < TIMES.typingEvery) return;
    if (this.#say({ type: "typing", audience })) this.#saidAt = Date.now();
  }

  watch(people) {
    if (!people.length) return;
    this.stop();
    const first = Math.min(...people.map((person) => person.until));
    // Over is over when the timer says so, whatever the clock was put to meanwhile.
    this.#timer = setTimeout(() => this.#expire(Math.max(first, Date.now())), Math.min(TIMES.typingLasts, first - Date.now()));
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
