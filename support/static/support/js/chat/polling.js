/**
 * The thread without a socket: reading by GET …/messages/?after=, posting by POST …/message/ with the same id.
 *
 * Some networks let no WebSocket through. Answers are turned into the socket's own frames, so the session need not
 * know the difference. Started by chat/link.js after several failed attempts; stopped when a socket opens.
 */

import { API, request } from "./http.js";

const EVERY = 5_000;
const HIDDEN = 30_000;

/** An answer to the socket's own `resume` ({after}) or `history` ({before}), by HTTP. Never throws. */
export function fetchHistory(ticketId, { after, before }, fetch) {
  const asked = before === undefined ? `after=${after}&limit=200` : `before=${before}&limit=50`;
  return request(`${API}tickets/${ticketId}/messages/?${asked}`, { fetch });
}

export class Polling {
  #options;
  #timer = null;
  #running = false;
  #healthy = false;

  /** `options`: {ticketId(): id or null, after(): sequence, onFrame(frame, answer), onRefused(phase), onChange(), fetch?}. */
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
    if (this.#running || !this.#options.ticketId()) return;
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
    const body = { message: item.message, id: item.id };
    if (item.audience === "staff") body.audience = "staff";
    if (item.seen !== null && item.seen !== undefined) body.seen = item.seen;
    const answer = await request(`${API}tickets/${ticketId()}/message/`, { body, key: item.id, fetch });
    if (answer.status === 202) onFrame({ type: "accepted", id: item.id });
    else if (answer.ok) onFrame({ type: "message", message: answer.data });
    else onFrame({ type: "error", id: item.id, ...refusal(answer) });
  }
}

/** Nothing came back, or "not now": the outbox repeats it. Anything else is a verdict. */
function refusal({ status, code, sentence, retryAfter }) {
  const later = [0, 401, 408, 429].includes(status) || status >= 500;
  return { code: later ? "log-unavailable" : code || "invalid", error: sentence, retry_after: retryAfter };
}
