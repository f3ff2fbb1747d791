/**
 * The wire of one thread: the socket, what is asked over it, and polling when no socket can be had.
 *
 * Promises: every frame reaches `take(frame, answer)` once, a chat_history with the question it answers; `joined`
 * only after the first history of a connection; `phase` is what a person may be told. Holds no message.
 * Called by chat/shared-link.js in the tab that leads; opens and closes the `outbox` of its session.
 */

import { later } from "../later.js";
import { fetchHistory } from "./http.js";
import { Marks } from "./marks.js";
import { asSent, TIMES } from "./protocol.js";
import { Questions } from "./questions.js";
import { Connection } from "./socket.js";

// Failed attempts in a row before polling: a line that once worked is more likely to come back than to be forbidden.
const POLL_AFTER = 3;
const POLL_AFTER_LOSS = 5;
const TRYING = new Set(["connecting", "open", "waiting"]);

export class Link {
  #options;
  #connection;
  #polling = null; // loaded where no socket can be had
  #questions;
  #refusal = null; // of the polling: signed-out | not-found
  #joined = false;
  #wasJoined = false;
  #answerTimer = null;

  /** `options`: {ticketId, env, outbox, look() -> the state and `after`, take(frame, answer), onChange(close, inFlight)}. */
  constructor(options) {
    this.#options = options;
    const { ticketId, env } = options;
    this.#connection = new Connection({
      path: `/ws/chat/${ticketId}/`, env, onFrame: (frame) => this.#hear(frame), onStatus: (status) => this.#status(status),
    });
    this.#questions = new Questions({
      ask: (frame) => this.#connection.send(frame), onSilence: () => this.#connection.restart(),
    });
    this.marks = new Marks((type, sequence) => (
      this.#joined ? this.#connection.send({ type, sequence }) : this.#polling?.mark(type, sequence)
    ));
  }

  open() {
    this.#refusal = null;
    this.#connection.open();
  }

  close() {
    this.#leave();
    this.#polling?.stop();
    this.#connection.close();
  }

  retryNow() {
    const refused = this.#refusal !== null;
    this.#refusal = null;
    if (refused) this.#connection.open();
    else this.#connection.retryNow();
  }

  /** Another conversation lies behind the same address now. */
  anew() {
    if (this.#joined) this.#connection.restart();
    else this.retryNow();
  }

  /** What can be asked for by HTTP; `general` until it has a row. */
  get ticketId() {
    const { ticketId, look } = this.#options;
    return ticketId === "general" ? rowOf(look()) : ticketId;
  }

  /** {phase, offlineSince, waitUntil}: idle | connecting | open | reconnecting | polling | signed-out | not-found | ended. */
  get phase() {
    const { phase, offlineSince } = this.#connection.status;
    if (this.#refusal) return { phase: this.#refusal, offlineSince };
    if (this.#joined || !TRYING.has(phase)) return { phase, offlineSince };
    if (this.#polling?.works) return { phase: "polling", offlineSince };
    const back = this.#options.look().loaded || this.#connection.status.failures > 0;
    return { phase: back ? "reconnecting" : "connecting", offlineSince };
  }

  /* ---- out ----------------------------------------------------------------------------------------------------- */

  /** Hand one message to the wire; the outbox asks only when the line is free. */
  deliver(item) {
    if (this.#polling?.works) {
      this.#polling.post(item);
      return true;
    }
    if (!this.#joined || !this.#connection.send({ type: "message", ...asSent(item) })) return false;
    clearTimeout(this.#answerTimer);
    this.#answerTimer = setTimeout(() => this.#unanswered(item.id), TIMES.answer);
    return true;
  }

  /** A frame that nobody answers; false when there is no line. */
  say(frame) {
    return this.#joined && this.#connection.send(frame);
  }

  earlier(before) {
    if (this.#joined) return this.#questions.earlier(before);
    if (!this.#polling?.works) return false;
    this.#polling.earlier(before);
    return true;
  }

  /** The state changed: is there a hole to ask about? */
  catchUp() {
    this.#questions.gap(this.#options.look);
  }

  #unanswered(id) {
    if (this.#options.outbox.inFlight === id) this.#connection.restart();
  }

  /* ---- in ------------------------------------------------------------------------------------------------------ */

  #hear(frame) {
    const { take } = this.#options;
    if (frame.type === "error" && !frame.id && this.#questions.dropped()) return;
    if (frame.type === "chat_history") this.#history(frame);
    else take(frame);
    if (frame.type === "heartbeat") this.#questions.again();
  }

  #history(frame) {
    if (this.#joined) {
      this.#options.take(frame, this.#questions.answered(frame));
      return;
    }
    this.#joined = this.#wasJoined = true;
    this.#polling?.stop();
    this.#questions.open();
    this.#options.take(frame, "snapshot");
    this.marks.open(this.#options.look().ownRead);
    this.#options.outbox.open();
    this.#options.onChange();
  }

  /* ---- coming and going ------------------------------------------------------------------------------------------ */

  #status({ phase, failures, close, waitUntil }) {
    const { inFlight } = this.#options.outbox;
    if (phase !== "open") this.#leave();
    if (close?.tooFast) this.#options.outbox.wait(waitUntil);
    const patience = this.#wasJoined ? POLL_AFTER_LOSS : POLL_AFTER;
    if (phase === "waiting" && failures >= patience && !this.#polling?.running) this.#poll();
    if (!TRYING.has(phase)) this.#polling?.stop();
    if (phase === "ended") this.#hearEnd();
    this.#options.onChange(close, inFlight);
  }

  /** The close may overtake the frame that says how the chat ended. */
  async #hearEnd() {
    const { ticketId } = this;
    const { env, look, take } = this.#options;
    if (ticketId === "general") return;
    const { ok, data } = await fetchHistory(ticketId, { after: look().reached }, env.fetch?.bind(env));
    if (ok && this.#connection.status.phase === "ended") take({ type: "chat_history", ...data }, "resume");
  }

  #leave() {
    if (this.#joined) this.#options.outbox.down();
    this.#joined = false;
    this.#questions.down();
    if (!this.#polling?.running) this.marks.down();
    clearTimeout(this.#answerTimer);
  }

  async #poll() {
    await this.#loadPolling().catch(() => {}); // no network at all: the next failure asks again
    if (!this.#polling || this.#polling.running || this.#joined || !TRYING.has(this.#connection.status.phase)) return;
    this.#polling.start();
    this.#options.outbox.open();
  }

  #polled() {
    if (this.#polling.works) this.marks.open(this.#options.look().ownRead);
    this.#options.onChange();
  }

  #loadPolling = later(async () => {
    const { Polling } = await import("./polling.js");
    const { env, look, take } = this.#options;
    this.#polling = new Polling({
      ticketId: () => this.ticketId,
      after: () => look().reached,
      onFrame: take,
      onRefused: (phase) => this.#refused(phase),
      onChange: () => this.#polled(),
      onUnmarked: (kind) => this.marks.unsaid(kind),
      fetch: env.fetch?.bind(env),
    });
  });

  #refused(phase) {
    this.#refusal = phase;
    this.#polling?.stop();
    this.#options.outbox.down();
    this.#connection.close();
  }
}

/** A live chat has an id before it has a row. */
const rowOf = ({ ticketId, messages, ticket }) => (messages.length || ticket ? (ticket?.id ?? ticketId) : null) ?? "general";
