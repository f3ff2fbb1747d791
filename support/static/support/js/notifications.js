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
 * Pings every 20 s, once for all tabs, with the age of the last input (presence/pings.js): an agent's lease.
 * One socket per page. Frames may be lost while away; nothing here is a record.
 */

import { Connection } from "./chat/socket.js";
import { createStore } from "./chat/store.js";
import { Pings } from "./presence/pings.js";

class Notifications {
  #store;
  #connection;
  #enabled = true;
  #pings;
  #listeners = new Map();

  constructor(env) {
    this.#store = createStore(
      { isConnected: false, error: null, unread: { total: 0, tickets: {} }, counts: {}, presence: null },
      { onFirst: () => this.#start(), onLast: () => this.#stop() },
    );
    this.#pings = new Pings({ env, send: (frame) => this.#connection.send(frame) });
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

  /** What this page knows of its person: when any of their tabs was touched, and last pinged. */
  evidence = () => ({ touchedAt: this.#pings.touchedAt, pingedAt: this.#pings.pingedAt });

  /** The totals a page was rendered with. */
  seed = (unread) => this.#store.publish({ unread: { tickets: {}, ...unread } });

  #start() {
    if (!this.#enabled) return;
    this.#connection.open();
  }

  #stop() {
    this.#pings.stop();
    this.#connection.close();
  }

  #status({ phase }) {
    const isConnected = phase === "open";
    if (isConnected && !this.getSnapshot().isConnected) {
      this.#pings.start();
      this.#tell("open", {});
    }
    if (!isConnected) this.#pings.stop();
    const error = phase === "signed-out" ? "You’ve been signed out." : null;
    this.#store.publish({ isConnected, error });
  }

  #hear(frame) {
    if (frame.type === "heartbeat") this.#pings.heard();
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
