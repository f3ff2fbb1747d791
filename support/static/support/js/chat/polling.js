/**
 * The thread without a socket: reading by GET …/messages/?after=, posting by POST …/message/ with the same id, both
 * cursors by POST …/received/ and …/read/. A live chat without a row yet is read and begun under …/chat/.
 *
 * Some networks let no WebSocket through. Answers are turned into the socket's own frames, so the session need not
 * know the difference, and ends with the same view. Loaded and started by chat/link.js after several failed attempts;
 * stopped when a socket opens.
 */

import { fetchHistory, pathOf, request } from "./http.js";
import { asSent } from "./protocol.js";

const EVERY = 5_000;
const HIDDEN = 30_000;

export class Polling {
  #options;
  #timer = null;
  #running = false;
  #healthy = false;

  /** `options`: {ticketId(), after(): sequence, onFrame(frame, answer), onRefused(phase), onChange(), onUnmarked(kind), fetch?}. */
  constructor(options) {
    this.#options = options;
  }

  get running() {
    return this.#running;
  }

  /** Running, and the last answer came: this is a way to the server. */
  get works() {
    return this.#running && this.#healthy;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    this.#ask();
  }

  stop() {
    this.#running = false;
    this.#healthy = false;
    clearTimeout(this.#timer);
  }

  async #ask() {
    const { ticketId, after, onFrame, onRefused, onChange, fetch } = this.#options;
    const answer = await fetchHistory(ticketId(), { after: after() }, fetch);
    if (!this.#running) return;
    this.#healthy = answer.ok;
    if (answer.ok) onFrame({ type: "chat_history", ...answer.data }, "resume");
    else if ([401, 403, 404].includes(answer.status)) onRefused(answer.status === 404 ? "not-found" : "signed-out");
    onChange();
    const pause = globalThis.document?.visibilityState === "hidden" ? HIDDEN : EVERY;
    if (this.#running) this.#timer = setTimeout(() => this.#ask(), pause * (0.8 + Math.random() * 0.4));
  }

  /** The page before `before`, as the socket's `history` would give it. */
  async earlier(before) {
    const { ticketId, onFrame, fetch } = this.#options;
    const answer = await fetchHistory(ticketId(), { before }, fetch);
    if (answer.ok) onFrame({ type: "chat_history", ...answer.data }, "earlier");
  }

  /** Post one item; the answer comes back as a frame. */
  async post(item) {
    const { ticketId, onFrame, fetch } = this.#options;
    const [place, body] = [ticketId(), asSent(item)];
    if (place !== "general") delete body.topic;
    const answer = await request(pathOf(place, "message"), { body, key: item.id, fetch });
    if (answer.status === 202) onFrame(taken(item, answer.data));
    else if (answer.ok) onFrame({ type: "message", message: answer.data });
    else onFrame({ type: "error", id: item.id, ...refusal(answer) });
  }

  /** "Reached this page" or "really seen"; what did not arrive is told again. True when it is on its way. */
  mark(kind, sequence) {
    const { ticketId, onUnmarked, fetch } = this.#options;
    if (!this.works || ticketId() === "general") return false;
    request(pathOf(ticketId(), kind), { body: { sequence }, wait: 0, fetch }).then(({ ok }) => ok || onUnmarked(kind));
    return true;
  }
}

/** In the log, and not stored yet; or kept aside, which comes as an `error` on a socket. */
const taken = ({ id }, said) =>
  (said?.status === "held" ? { type: "error", id, code: "held", error: said.message } : { type: "accepted", id });

/** Nothing came back, or "not now": the outbox repeats it. Anything else is a verdict. */
function refusal({ status, code, sentence, retryAfter }) {
  const later = [0, 401, 408, 429].includes(status) || status >= 500;
  return { code: later ? "log-unavailable" : code || "invalid", error: sentence, retry_after: retryAfter };
}
