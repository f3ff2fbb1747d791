/**
 * One thread, live: the wire, the outbox and the reducer behind one store.
 *
 * Promises: whatever is killed, the page ends with the server's view, each message once and in order, and every word
 * typed here is stored, or shown as waiting or not sent. Knows no DOM. Made by useChatWebSocket.js.
 */

import { Link } from "./link.js";
import { Outbox } from "./outbox.js";
import { isRetryable, newId, refusalOf, TIMES } from "./protocol.js";
import { gapOf, hasEarlier, initialState, isMine, reduce } from "./reducer.js";
import { createStore } from "./store.js";
import { createView, describe } from "./view.js";
import { t } from "../words.js";

const NOT_NOW = 3; // seconds until a refusal without its own figure is tried again

export class ChatSession {
  #state;
  #view = createView();
  #store;
  #outbox;
  #link;
  #enabled;
  #restoring = null;
  #restored = false;
  #timers = {};
  #typedAt = 0;
  #order = 0;
  #listeners = new Map();

  constructor({ ticketId, userId = null, reader = "requester", enabled = true, storage, env = globalThis }) {
    this.ticketId = ticketId;
    this.#enabled = enabled;
    this.#state = initialState({ userId, reader });
    this.#outbox = new Outbox({
      storage, owner: `${userId}:${ticketId}`, send: (item) => this.#link.deliver(item), onKept: () => this.#pump(),
    });
    this.#link = new Link({
      ticketId, env, outbox: this.#outbox,
      look: () => ({ ...this.#state, after: gapOf(this.#state) }),
      take: (frame, answer) => this.#take(frame, answer),
      onChange: (close, inFlight) => this.#linked(close, inFlight),
    });
    this.#store = createStore(this.#snapshot([]), { onFirst: () => this.#wake(), onLast: () => this.#rest() });
  }

  /* ---- for pages ----------------------------------------------------------------------------------------------- */

  subscribe = (listener) => this.#store.subscribe(listener);
  getSnapshot = () => this.#store.getSnapshot();

  /** Queue a text: {ok: true, id}, or {ok: false, error: sentence} when it cannot be sent at all. */
  sendMessage = (text, { audience = "public", seen = null, topic } = {}) => {
    const error = refusalOf(text);
    if (error) return { ok: false, error };
    if (this.getSnapshot().ended) this.renew();
    const { id: userId, staff } = this.#state.me;
    const item = {
      id: newId(), sequence: null, message: text, audience, seen, topic, sender: { id: userId }, is_support: staff,
      created_at: new Date().toISOString(), order: this.#nextOrder(), state: "sending", error: null, code: null,
    };
    this.#dispatch({ type: "queue", item });
    return { ok: true, id: item.id };
  };

  retry = (id) => {
    this.#outbox.forget(id);
    this.#dispatch({ type: "retry", id, order: this.#nextOrder() });
  };

  discard = (id) => this.#dispatch({ type: "discard", id });

  typing = (audience = "public") => {
    if (Date.now() - this.#typedAt < TIMES.typingEvery) return;
    if (this.#link.say({ type: "typing", audience })) this.#typedAt = Date.now();
  };

  /** Agents: this page shows the thread, or not any more. True when it was said. */
  viewing = (over = false) => this.#link.say({ type: "viewing", over });

  /** Every frame of a type as it comes, for what is no part of the thread. Returns the way to leave. */
  on = (type, listener) => {
    const known = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, known.add(listener));
    return () => known.delete(listener);
  };

  markRead = (sequence) => {
    if (sequence > this.#state.ownRead) this.#link.marks.want("read", sequence);
  };

  loadEarlier = () => hasEarlier(this.#state) && this.#link.earlier(this.#state.messages[0].sequence);

  /** What the page was rendered with: [{id, sequence, sender, is_support, audience, created_at, stub: true}]. */
  seed = (messages, readSequence = 0) => {
    if (messages.length) this.#dispatch({ type: "seed", messages });
    this.#take({ type: "ticket", read_sequence: readSequence });
  };

  reconnect = () => this.#link.retryNow();

  /** After `ended`: a new conversation under the same address. */
  renew = () => {
    this.#dispatch({ type: "renew" });
    this.#link.anew();
  };

  setEnabled = (enabled) => {
    this.#enabled = enabled;
    if (!enabled) this.#sleep();
    else if (this.#store.isAwake()) this.#wake();
  };

  close = () => this.setEnabled(false);

  /* ---- waking and sleeping ----------------------------------------------------------------------------------------- */

  #wake() {
    if (!this.#enabled) return;
    this.#restoring ??= this.#outbox.restore((items) => this.#found(items));
    this.#link.open();
  }

  #found(items) {
    this.#restored = true;
    this.#dispatch({ type: "restore", items });
    this.#pump();
    if (!this.#store.isAwake()) this.#rest();
  }

  /** Nobody looks any more; words still on their way keep the connection until they have arrived. */
  #rest() {
    if (this.#restoring !== null && !this.#restored) return;
    if (!this.getSnapshot().pending) this.#sleep();
  }

  #sleep() {
    this.#link.close();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  /** The wire changed; `close` is the policy of a close code, `inFlight` what was unanswered then. */
  #linked(close, inFlight) {
    if (close?.tooLarge && inFlight) {
      const error = t("That’s more than we can take at once. Shorten it and try again.");
      this.#dispatch({ type: "fail", id: inFlight, code: "too-large", error });
    }
    if (close?.tooFast) this.#dispatch({ type: "error", error: { code: "too-fast", message: "" } });
    this.#publish();
    this.#pump();
  }

  /* ---- frames -------------------------------------------------------------------------------------------------- */

  #take(frame, answer) {
    for (const listener of this.#listeners.get(frame.type) ?? []) listener(frame);
    const id = frame.id ?? frame.message?.id;
    if (frame.type === "error" && isRetryable(frame.code)) this.#notNow(frame);
    else if (id && ["accepted", "message", "error"].includes(frame.type)) this.#outbox.answered(id);
    this.#dispatch({ type: "frame", frame, answer });
    if (frame.last_sequence !== undefined) this.#outbox.askAgain(this.#state.pending); // PostgreSQL is there
    this.#pump();
  }

  #notNow({ id, code, error, retry_after: seconds }) {
    this.#outbox.refused(id, (seconds ?? NOT_NOW) * 1000);
    if (code === "too-fast") this.#dispatch({ type: "error", error: { code, message: error } });
  }

  #pump() {
    this.#outbox.pump(this.#state.pending);
    const blocked = this.#outbox.blockedUntil - Date.now();
    if (blocked > 0) this.#after("blocked", blocked, () => this.#unblock());
  }

  #unblock() {
    if (this.#state.error?.code === "too-fast") this.#dispatch({ type: "error", error: null });
    this.#pump();
  }

  /* ---- state --------------------------------------------------------------------------------------------------- */

  #dispatch(action) {
    const before = this.#state;
    this.#state = reduce(before, { now: Date.now(), ...action });
    if (this.#state === before) return;
    if (this.#state.pending !== before.pending) this.#outbox.mirror(this.#state.pending);
    if (this.#state.typing.length) this.#expireTyping();
    this.#publish(before);
    this.#link.catchUp();
    this.#markReceived();
    this.#pump();
    if (this.#restored && !this.#store.isAwake()) this.#rest();
  }

  #publish(before = this.#state) {
    const { messages, pending, received, read } = this.#state;
    const same = messages === before.messages && pending === before.pending
      && received === before.received && read === before.read;
    this.#store.publish(this.#snapshot(same ? this.getSnapshot().messages : this.#view(this.#state)));
  }

  #snapshot(messages) {
    const { blockedUntil } = this.#outbox;
    const told = describe(this.#state, this.#link.phase, blockedUntil > Date.now() ? blockedUntil : null);
    // The ticket says so before the socket does. Another ticket's page is not over because a chat on it is.
    const ended = told.ended || (this.ticketId === "general" && this.#state.ticket?.chat?.state === "ended");
    return { messages, ...told, ended };
  }

  #expireTyping() {
    const first = Math.min(...this.#state.typing.map((person) => person.until));
    this.#after("typing", first - Date.now(), () => this.#dispatch({ type: "expire" }));
  }

  #markReceived() {
    const theirs = this.#state.messages.findLast((message) => !message.stub && !isMine(this.#state, message));
    if (theirs) this.#link.marks.want("received", theirs.sequence);
  }

  #nextOrder() {
    this.#order = Math.max(this.#order + 1, Date.now());
    return this.#order;
  }

  #after(name, delay, then) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(then, Math.max(0, delay));
  }
}
