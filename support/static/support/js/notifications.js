/**
 * What concerns this person outside the open thread: /ws/notifications/ as an external store.
 *
 *   const notifications = useNotifications({ enabled });
 *   notifications.subscribe(listener) -> unsubscribe
 *   notifications.getSnapshot() -> { isConnected, phase, error, unread: {total, tickets: {id: n}}, counts: {view: n},
 *                                    presence: {isOnline, availability, supportName, agents: [{id, name, availability}]} }
 *   notifications.reconnect()   at once, instead of after the back-off; `phase` is of chat/socket.js
 *   notifications.on(type, listener) -> off      every frame of that type: "ticket", "notice", "presence", "counts", …;
 *                                                "open" after each (re)connection: fetch anew what a frame may have changed
 *
 * Pings every 20 s, once for all tabs, with the age of the last input (presence/pings.js): an agent's lease.
 * One socket for all tabs: the one that leads passes its frames on. Frames may be lost; nothing here is a record.
 */

import { Connection } from "./chat/socket.js";
import { createStore, Listeners } from "./chat/store.js";
import { Tabs } from "./chat/tabs.js";
import { Pings } from "./presence/pings.js";
import { t } from "./words.js";

const LASTING = new Set(["unread", "unseen", "presence", "counts"]);

class Notifications {
  #store;
  #connection;
  #enabled = true;
  #pings;
  #tabs;
  #phase = "idle";
  #latest = {}; // what a tab that comes later has to know: the last frame of each lasting type
  #listeners = new Listeners();

  constructor(env) {
    this.#store = createStore(
      { isConnected: false, error: null, unread: { total: 0, tickets: {} }, counts: {}, presence: null },
      { onFirst: () => this.#start(), onLast: () => this.#stop() },
    );
    this.#pings = new Pings({ env, send: (frame) => this.#send(frame) });
    this.#tabs = new Tabs({
      name: `psychpath:notifications:${env.document?.body?.dataset?.userId ?? ""}`,
      env,
      onLead: () => this.#connection.open(),
      onFollow: () => this.#connection.close(),
      onWord: (word) => this.#word(word),
    });
    this.#connection = new Connection({
      path: "/ws/notifications/", env, onFrame: (frame) => this.#spread("frame", frame), onStatus: ({ phase }) => this.#spread("phase", phase),
    });
  }

  subscribe = (listener) => this.#store.subscribe(listener);
  getSnapshot = () => this.#store.getSnapshot();

  on = this.#listeners.on;

  setEnabled = (enabled) => {
    this.#enabled = enabled;
    if (!enabled) this.#stop();
    else if (this.#store.isAwake()) this.#start();
  };

  reconnect = () => (this.#tabs.leads ? this.#connection.retryNow() : this.#tabs.tell({ kind: "again" }));

  /** What this page knows of its person: when any of their tabs was touched, and last pinged. */
  evidence = () => ({ touchedAt: this.#pings.touchedAt, pingedAt: this.#pings.pingedAt });

  /** The totals a page was rendered with. */
  seed = (unread) => this.#store.publish({ unread: { tickets: {}, ...unread } });

  #start() {
    if (this.#enabled) this.#tabs.open();
  }

  #stop() {
    this.#pings.stop();
    this.#tabs.close();
    this.#status("idle");
  }

  /* ---- one socket for all tabs ----------------------------------------------------------------------------------- */

  #send(frame) {
    if (this.#tabs.leads) return this.#connection.send(frame);
    if (this.#phase === "open") this.#tabs.tell({ kind: "say", frame });
    return this.#phase === "open";
  }

  #spread(kind, what) {
    this.#take(kind, what);
    if (this.#tabs.leads) this.#tabs.tell({ kind, what });
  }

  #word({ kind, what, frame, from }) {
    if (!this.#tabs.leads) this.#take(kind, what);
    else if (kind === "say") this.#connection.send(frame);
    else if (kind === "again") this.#connection.retryNow();
    else if (kind === "hello") {
      for (const known of Object.values(this.#latest)) this.#tabs.tell({ kind: "frame", what: known, to: from });
      this.#tabs.tell({ kind: "phase", what: this.#phase, to: from });
    }
  }

  #take(kind, what) {
    if (kind === "frame") this.#hear(what);
    if (kind === "phase") this.#status(what);
  }

  #status(phase) {
    this.#phase = phase;
    const isConnected = phase === "open";
    if (isConnected && !this.getSnapshot().isConnected) {
      this.#pings.start();
      this.#listeners.tell("open", {});
    }
    if (!isConnected) this.#pings.stop();
    const error = phase === "signed-out" ? t("You’ve been signed out.") : null;
    this.#store.publish({ isConnected, phase, error });
  }

  #hear(frame) {
    if (LASTING.has(frame.type)) this.#latest[frame.type] = frame;
    if (frame.type === "heartbeat") this.#pings.heard();
    if (frame.type === "unread") this.seed({ total: frame.total, tickets: frame.tickets }); // what it leaves out has nothing
    if (frame.type === "counts") this.#store.publish({ counts: frame.counts });
    if (frame.type === "presence") this.#presence(frame);
    this.#listeners.tell(frame.type, frame);
  }

  #presence({ is_online: isOnline, availability, support_name: supportName, agents }) {
    const known = this.getSnapshot().presence;
    this.#store.publish({ presence: { isOnline, availability, supportName, agents: agents ?? known?.agents ?? [] } });
  }
}

let shared = null;

export function useNotifications({ enabled, env = globalThis } = {}) {
  shared ??= new Notifications(env);
  if (enabled !== undefined) shared.setEnabled(enabled);
  return shared;
}
