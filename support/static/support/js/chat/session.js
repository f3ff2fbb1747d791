/**
 * One thread, live: the wire, the outbox and the reducer behind one store.
 *
 * Promises: whatever is killed, the page ends with the server's view, each message once and in order, and every word
 * typed here is stored, or shown as waiting or not sent. Knows no DOM. Made by useChatWebSocket.js.
 */

import { newItem, Outbox } from "./outbox.js";
import { isRetryable, refusalOf } from "./protocol.js";
import { gapOf, hasEarlier, initialState, isMine, recall, reduce } from "./reducer.js";
import { SharedLink } from "./shared-link.js";
import { createStore, Listeners } from "./store.js";
import { Typing } from "./typing.js";
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
  #isTold = false; // of what waits in the outbox: by the device, or by the tab that sends
  #blocked = null;
  #typing = new Typing({ say: (frame) => this.#link.say(frame), expire: (now) => this.#dispatch({ type: "expire", now }) });
  #order = 0;
  #listeners = new Listeners();

  constructor({ ticketId, userId = null, reader = "requester", enabled = true, storage, env = globalThis }) {
    this.ticketId = ticketId;
    this.#enabled = enabled;
    this.#state = initialState({ userId, reader, isGeneral: ticketId === "general" });
    const owner = `${userId}:${ticketId}`;
    this.#outbox = new Outbox({
      storage, owner, send: (item) => this.#link.deliver(item),
      onFound: (items) => this.#found({ type: "restore", items }), onKept: () => this.#turned(),
    });
    this.#link = new SharedLink({
      ticketId, owner, env, outbox: this.#outbox,
      look: () => ({ ...this.#state, after: gapOf(this.#state) }),
      take: (frame, answer) => this.#take(frame, answer),
      onChange: (close, inFlight) => this.#linked(close, inFlight),
      restore: () => this.#outbox.restore(),
      act: (action) => this.#act(action, { isKept: true }),
      recall: () => ({ frames: recall(this.#state), pending: this.#state.pending }),
      agree: (items) => this.#agree(items),
    });
    this.#store = createStore(this.#snapshot(), { onFirst: () => this.#wake(), onLast: () => this.#rest() });
  }

  /* ---- for pages ----------------------------------------------------------------------------------------------- */

  subscribe = (listener) => this.#store.subscribe(listener);
  getSnapshot = () => this.#store.getSnapshot();

  /** Queue a text: {ok: true, id}, or {ok: false, error: sentence} when it cannot be sent at all. `id`: if it has one. */
  sendMessage = (text, more = {}) => {
    const error = refusalOf(text);
    if (error) return { ok: false, error };
    if (this.getSnapshot().ended) this.renew();
    const item = newItem({ ...more, text, me: this.#state.me, order: this.#nextOrder() });
    this.#own({ type: "queue", id: item.id, item });
    return { ok: true, id: item.id };
  };

  retry = (id) => this.#own({ type: "retry", id, order: this.#nextOrder() });

  discard = (id) => this.#own({ type: "discard", id });
  typing = (audience) => this.#typing.tell(audience);

  /** Agents: this page shows the thread, or not any more. True when it was said. */
  viewing = (over = false) => this.#link.say({ type: "viewing", over });

  /** Every frame of a type as it comes, for what is no part of the thread. Returns the way to leave. */
  on = this.#listeners.on;

  markRead = (sequence) => {
    if (sequence > this.#state.ownRead) this.#link.mark("read", sequence);
  };

  /** False: there is more, and it cannot be asked for. What is here already may not be shown yet. */
  loadEarlier = () => !hasEarlier(this.#state) || this.#link.earlier(this.#state.messages[0].sequence);

  /** What the page was rendered with: [{id, sequence, sender, is_support, audience, created_at, stub: true}]. */
  seed = (messages, readSequence = 0) => {
    if (messages.length) this.#dispatch({ type: "seed", messages });
    this.#take({ type: "ticket", read_sequence: readSequence });
  };

  reconnect = () => this.#link.retryNow();

  /** After `ended`: a new conversation under the same address. */
  renew = () => {
    this.#link.act({ type: "renew" });
    this.#act({ type: "renew" });
  };

  setEnabled = (enabled) => {
    this.#enabled = enabled;
    if (!enabled) this.#sleep();
    else if (this.#store.isAwake()) this.#wake();
  };

  close = () => this.setEnabled(false);

  /** Nobody looks, and nothing here is anywhere but on the server or on the device. */
  get isAsleep() {
    const { pending, isKept } = this.getSnapshot();
    return !this.#store.isAwake() && this.#link.phase.phase === "idle" && !pending && isKept;
  }

  /* ---- waking and sleeping ----------------------------------------------------------------------------------------- */

  #wake() {
    if (this.#enabled) this.#link.open();
  }

  #found(action) {
    this.#isTold = true;
    for (const { order } of action.items) this.#order = Math.max(this.#order, order); // the clock may have been put back
    this.#dispatch(action);
    if (this.#link.leads) this.#outbox.mirror(this.#state.pending);
    this.#pump();
    if (!this.#store.isAwake()) this.#rest();
  }

  /** Nobody looks any more; words still on their way keep the connection until they have arrived. */
  #rest() {
    if (this.#isTold && !this.getSnapshot().pending) this.#sleep();
  }

  #sleep() {
    this.#isTold = false;
    this.#link.close();
    this.#typing.stop();
    clearTimeout(this.#blocked);
  }

  /* ---- what a person does, in this tab or another ------------------------------------------------------------------ */

  /** Kept on the device before any other tab hears of it, the one that sends included. */
  async #own(action) {
    this.#act(action);
    const item = this.#state.pending.find((other) => other.id === action.id);
    await (item ? this.#outbox.keep(item) : this.#outbox.drop(action.id));
    this.#link.act(action);
  }

  #act(action, { isKept = false } = {}) {
    if (isKept && action.item) this.#outbox.known(action.item);
    this.#order = Math.max(this.#order, action.order ?? action.item?.order ?? 0);
    if (action.type === "retry") this.#outbox.forget(action.id);
    this.#dispatch(action);
    if (action.type === "renew") this.#link.anew();
  }

  /** Hand in again what the tab that sends does not know. */
  #agree(items) {
    const theirs = new Set(items.map((item) => item.id));
    this.#found({ type: "agree", items });
    for (const item of this.#state.pending) {
      if (!theirs.has(item.id)) this.#link.act({ type: "queue", id: item.id, item });
    }
  }

  /** The wire changed; `close` is the policy of a close code, `inFlight` what was unanswered then. */
  #linked(close, inFlight) {
    if (close?.tooLarge && inFlight) {
      const error = t("That’s more than we can take at once. Shorten it and try again.");
      this.#own({ type: "fail", id: inFlight, code: "too-large", error });
    }
    if (close?.tooFast) this.#dispatch({ type: "error", error: { code: "too-fast", message: "" } });
    this.#turned();
  }

  /* ---- frames -------------------------------------------------------------------------------------------------- */

  #take(frame, answer) {
    this.#listeners.tell(frame.type, frame);
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

  /** What the wire is like, or what the device keeps: it may have refused. */
  #turned() {
    this.#store.publish(this.#snapshot());
    this.#pump();
  }

  #pump() {
    this.#outbox.pump(this.#state.pending);
    const blocked = this.#outbox.blockedUntil - Date.now();
    clearTimeout(this.#blocked);
    if (blocked > 0) this.#blocked = setTimeout(() => this.#unblock(), blocked);
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
    if (before.ticketId && this.#state.ticketId !== before.ticketId) this.#link.forget();
    if (this.#link.leads && this.#state.pending !== before.pending) this.#outbox.mirror(this.#state.pending);
    this.#typing.watch(this.#state.typing);
    this.#store.publish(this.#snapshot());
    this.#link.catchUp();
    this.#markReceived();
    this.#pump();
    if (!this.#store.isAwake()) this.#rest();
  }

  #snapshot() {
    const { blockedUntil, isKept } = this.#outbox;
    const more = describe(this.#state, this.#link.phase, { blockedUntil, isKept });
    return { messages: this.#view(this.#state), ...more };
  }

  #markReceived() {
    const theirs = this.#state.messages.findLast((message) => !message.stub && !isMine(this.#state, message));
    if (theirs) this.#link.mark("received", theirs.sequence);
  }

  #nextOrder() {
    this.#order = Math.max(this.#order + 1, Date.now());
    return this.#order;
  }
}
