/**
 * One WebSocket that comes back: /ws/chat/<id>/ and /ws/notifications/ alike.
 *
 * Promises: `onFrame(frame)` for every JSON object the server sends; after a loss it reconnects by itself with
 * jittered back-off, at once when the page wakes or the network returns; a connection silent for two heartbeats is
 * given up; a close code that means "don't" stops it. It keeps no message: the outbox does.
 *
 * `onStatus(status)`: {phase: idle | connecting | open | waiting | signed-out | not-found | ended, failures,
 * offlineSince, waitUntil, close?}. Called by chat/session.js and notifications.js.
 */

import { backOff, closePolicy, TIMES } from "./protocol.js";

const HANDSHAKE = 10_000;
const PROBE = 5_000;
const LOOK = 5_000; // a machine that slept tells nobody: its clock is ahead when the next timer goes off
const STEADY = 5_000; // open for this long: the next loss starts from the shortest back-off again

const IDLE = { phase: "idle", failures: 0, offlineSince: null, waitUntil: null };

export class Connection {
  #env;
  #path;
  #onFrame;
  #onStatus;
  #socket = null;
  #timers = {};
  #heard = 0;
  #unanswered = 0; // pings: other frames may have been under way when the line was cut
  #delay = null; // asked for by a `restart` frame
  #status = IDLE;

  constructor({ path, onFrame, onStatus, env = globalThis }) {
    this.#path = path;
    this.#onFrame = onFrame;
    this.#onStatus = onStatus;
    this.#env = env;
  }

  get status() {
    return this.#status;
  }

  open() {
    if (this.#status.phase !== "idle") return;
    for (const [target, type] of this.#wakeEvents()) target?.addEventListener?.(type, this.#wake);
    this.#connect();
  }

  /** Stop for good, until `open()`. */
  close() {
    for (const [target, type] of this.#wakeEvents()) target?.removeEventListener?.(type, this.#wake);
    this.#drop();
    this.#set(IDLE);
  }

  /** Try now instead of after the back-off; also leaves a stopped state. */
  retryNow = () => {
    if (["idle", "open", "connecting"].includes(this.#status.phase)) return;
    this.#connect();
  };

  /** Give this connection up and make another. */
  restart() {
    if (!this.#socket) return;
    this.#drop();
    this.#lost({ wait: 0 });
  }

  /** True when the frame was handed to an open socket. */
  send(frame) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    if (frame.type === "ping") this.#unanswered += 1;
    return true;
  }

  /* ---- one connection ------------------------------------------------------------------------------------------ */

  #connect() {
    this.#drop();
    this.#set({ phase: "connecting", waitUntil: null });
    const { protocol, host } = this.#env.location;
    const socket = new this.#env.WebSocket(`${protocol === "https:" ? "wss:" : "ws:"}//${host}${this.#path}`);
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#hear(event.data);
    socket.onclose = (event) => this.#closed(event);
    this.#after("handshake", HANDSHAKE, () => this.restart());
  }

  #opened() {
    this.#clear("handshake");
    this.#heard = Date.now();
    this.#unanswered = 0;
    this.#set({ phase: "open", offlineSince: null });
    this.#after("steady", STEADY, () => this.#set({ failures: 0 }));
    this.#listen();
  }

  #hear(text) {
    this.#heard = Date.now();
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return; // not ours to repair: the next heartbeat tells whether something is missing
    }
    this.#answered(frame);
    if (frame?.type === "restart") this.#delay = Math.max(0, Number(frame.delay) || 0) * 1000;
    if (frame?.type) this.#onFrame(frame);
    if (this.#delay !== null) this.restart();
  }

  #answered(frame) {
    if (frame?.type === "heartbeat") this.#unanswered = Math.max(0, this.#unanswered - 1);
    if (this.#unanswered === 0) this.#clear("probe");
    else if (this.#timers.probe) this.#probe(2 * PROBE); // busy, or cut just now
  }

  /** Timers sleep with a hidden tab and with the machine, frames do not: compare times instead of counting ticks. */
  #listen() {
    const quiet = Date.now() - this.#heard;
    if (quiet < 0) this.#heard = Date.now(); // the clock was put back
    if (quiet >= TIMES.silence) this.restart();
    else this.#after("silence", LOOK, () => this.#listen());
  }

  #closed({ code, reason }) {
    this.#drop();
    this.#lost(closePolicy(code, reason));
  }

  #lost(policy) {
    const offlineSince = this.#status.offlineSince ?? Date.now();
    if (policy.stop) {
      this.#set({ phase: policy.stop, offlineSince, waitUntil: null });
      return;
    }
    const { failures } = this.#status;
    const delay = Math.max(this.#delay ?? 0, policy.wait) + (this.#delay === null ? backOff(failures) : 0);
    this.#delay = null;
    const waitUntil = Date.now() + delay;
    this.#after("retry", delay, () => this.#connect());
    this.#set({ phase: "waiting", failures: failures + 1, offlineSince, waitUntil, close: policy });
  }

  #drop() {
    for (const name of Object.keys(this.#timers)) this.#clear(name);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /* ---- waking up ----------------------------------------------------------------------------------------------- */

  #wakeEvents() {
    const { window, document } = this.#env;
    return [[window, "online"], [window, "offline"], [window, "pageshow"], [document, "visibilitychange"]];
  }

  /** `navigator.onLine` is wrong too often to obey (a machine without a network can still reach itself): ask. */
  #wake = (event) => {
    if (this.#env.document?.visibilityState === "hidden" && event.type !== "offline") return;
    if (this.#status.phase === "waiting" && event.type !== "offline" && !this.#status.close?.tooFast) {
      this.retryNow();
    } else if (this.#status.phase === "open" && (event.type !== "visibilitychange" || this.#stale())) {
      this.send({ type: "ping" });
      this.#probe(PROBE);
    }
  };

  /** Unless its pings are answered by then, the line is given up. */
  #probe(delay) {
    this.#after("probe", delay, () => this.restart());
  }

  #stale() {
    return Date.now() - this.#heard > TIMES.silence / 2;
  }

  #after(name, delay, then) {
    this.#clear(name);
    this.#timers[name] = setTimeout(then, delay);
  }

  #clear(name) {
    clearTimeout(this.#timers[name]);
    delete this.#timers[name];
  }

  #set(patch) {
    this.#status = { ...this.#status, close: undefined, ...patch };
    this.#onStatus(this.#status);
  }
}
