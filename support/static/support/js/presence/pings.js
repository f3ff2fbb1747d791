/**
 * Pings: one for all tabs of a person, every 20 s, with the age of the last input in any of them.
 *
 *   const pings = new Pings({ env, send });     send(frame) -> true when an open socket took it
 *   pings.start() after each (re)connection     pings.stop()     pings.heard() on a heartbeat     pings.touchedAt     pings.pingedAt
 *
 * Tabs tell each other over a BroadcastChannel what they sent and when they were touched: whoever is due first pings,
 * the others count from there. A hidden tab's timers may sleep for a minute, heartbeats do not: they wake it. The first
 * touch after a minute without pings at once, so that nobody stays away longer than they are.
 */

import { watchHands } from "./hands.js";

const EVERY = 20_000;
const STAGGER = 500; // another tab's ping: it goes first next time too, unless it is gone
const WAKE = 60_000;
const TELL = 5_000;

export class Pings {
  #env;
  #send;
  #channel = null;
  #hands = null;
  #timer = null;
  #toldAt = 0;
  pingedAt = 0;
  touchedAt = null; // nobody has touched a page that was opened behind the others

  constructor({ env = globalThis, send }) {
    this.#env = env;
    this.#send = send;
    if (env.document?.visibilityState !== "hidden") this.touchedAt = Date.now();
  }

  start() {
    this.#hands ??= watchHands(this.#env, (at) => this.#touched(at));
    const { BroadcastChannel, document } = this.#env;
    if (BroadcastChannel && !this.#channel) {
      this.#channel = new BroadcastChannel(`presence:${document?.body?.dataset.userId ?? ""}`);
      this.#channel.onmessage = ({ data }) => this.#told(data);
    }
    this.#ping();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#hands?.stop();
    this.#channel?.close();
    this.#hands = this.#channel = null;
  }

  /** The server is there; ask whether a sleeping timer has missed its time. */
  heard() {
    if (this.#hands && Date.now() - this.pingedAt >= EVERY) this.#ping();
  }

  #ping() {
    const now = Date.now();
    const active = this.touchedAt !== null && this.touchedAt > this.pingedAt;
    const age = this.touchedAt === null ? {} : { input_age: Math.round((now - this.touchedAt) / 1000) };
    if (this.#send({ type: "ping", active, ...age })) {
      this.pingedAt = now;
      this.#channel?.postMessage({ pinged: now, touched: this.touchedAt });
    }
    this.#arm(EVERY);
  }

  #arm(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ping(), delay);
  }

  #touched(at) {
    const woke = this.touchedAt === null || at - this.touchedAt >= WAKE;
    this.touchedAt = at;
    if (woke) this.#ping();
    else if (at - this.#toldAt >= TELL) {
      this.#toldAt = at;
      this.#channel?.postMessage({ touched: at });
    }
  }

  #told({ pinged, touched }) {
    if (touched) this.touchedAt = Math.max(touched, this.touchedAt ?? 0);
    if (!pinged) return;
    this.pingedAt = Math.max(pinged, this.pingedAt);
    this.#arm(EVERY + STAGGER);
  }
}
