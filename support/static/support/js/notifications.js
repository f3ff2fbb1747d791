/**
 * What concerns this person outside the open thread: /ws/notifications/ as an external store.
 *
 *   const notifications = useNotifications({ enabled });
 *   notifications.subscribe(listener) -> unsubscribe
 *   notifications.getSnapshot() -> { isConnected, error, unread: {total, tickets: {id: n}}, counts: {view: n},
 *                                    presence: {isOnline, availability, supportName, agents: [{id, name, availability}]} }
 *   notifications.on(type, listener) -> off      every frame of that type: "ticket", "notice", "presence", "counts", …;
 *                                                "open" after each (re)connection: fetch anew what a frame may have changed
 *
 * Sends a ping every 20 s with the age of the last input: it renews an agent's lease and says how present they are.
 * One socket per page. Frames may be lost while away; nothing here is a record.
 */

import { Connection } from "./chat/socket.js";
import { createStore } from "./chat/store.js";

const PING = 20_000;
const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

class Notifications {
  #store;
  #connection;
  #enabled = true;
  #timer = null;
  #listeners = new Map();
  #inputAt = Date.now();

  constructor(env) {
    this.#store = createStore(
      { isConnected: false, error: null, unread: { total: 0, tickets: {} }, counts: {}, presence: null },
      { onFirst: () => this.#start(), onLast: () => this.#stop() },
    );
    this.#connection = new Connection({
      path: "/ws/notifications/", env, onFrame: (frame) => this.#hear(frame), onStatus: (status) => this.#status(status),
    });
  }

  subscribe = (listener) => this.#store.subscribe(listener);
  getSnapshot = () => this.#store.getSnapshot();

  on = (type, listener) => {
    const known = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, known.add(listener));
    return () => known.delete(listener);
  };

  setEnabled = (enabled) => {
    this.#enabled = enabled;
    if (!enabled) this.#stop();
    else if (this.#store.isAwake()) this.#start();
  };

  /** The totals a page was rendered with. */
  seed = (unread) => this.#store.publish({ unread: { tickets: {}, ...unread } });

  #start() {
    if (!this.#enabled) return;
    for (const type of INPUTS) globalThis.addEventListener?.(type, this.#touched, { passive: true, capture: true });
    this.#connection.open();
  }

  #stop() {
    for (const type of INPUTS) globalThis.removeEventListener?.(type, this.#touched, { capture: true });
    clearInterval(this.#timer);
    this.#connection.close();
  }

  #touched = () => {
    this.#inputAt = Date.now();
  };

  #ping = () => this.#connection.send({ type: "ping", input_age: Math.round((Date.now() - this.#inputAt) / 1000) });

  #status({ phase }) {
    const isConnected = phase === "open";
    if (isConnected && !this.getSnapshot().isConnected) {
      clearInterval(this.#timer);
      this.#timer = setInterval(this.#ping, PING);
      this.#ping();
      this.#tell("open", {});
    }
    if (!isConnected) clearInterval(this.#timer);
    const error = phase === "signed-out" ? "You’ve been signed out." : null;
    this.#store.publish({ isConnected, error });
  }

  #hear(frame) {
    if (frame.type === "unread") this.#unread(frame);
    if (frame.type === "counts") this.#store.publish({ counts: frame.counts });
    if (frame.type === "presence") this.#presence(frame);
    this.#tell(frame.type, frame);
  }

  /** The frame names every ticket with something unread; one that it leaves out has nothing. */
  #unread({ total, tickets = {} }) {
    this.#store.publish({ unread: { total, tickets } });
  }

  #presence({ is_online: isOnline, availability, support_name: supportName, agents }) {
    const known = this.getSnapshot().presence;
    this.#store.publish({ presence: { isOnline, availability, supportName, agents: agents ?? known?.agents ?? [] } });
  }

  #tell(type, frame) {
    for (const listener of this.#listeners.get(type) ?? []) listener(frame);
  }
}

let shared = null;

export function useNotifications({ enabled, env = globalThis } = {}) {
  shared ??= new Notifications(env);
  if (enabled !== undefined) shared.setEnabled(enabled);
  return shared;
}
