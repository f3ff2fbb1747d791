/**
 * A support server in memory that speaks docs/websocket.md, and a network whose faults a test decides.
 *
 * `log` is the command log (accepted), `rows` the database (stored); `drain()` moves one to the other and broadcasts.
 * Time is the test's: node:test mock timers.
 */

import { AMIRA, BEN } from "./people.mjs";

const LATENCY = 5;

export class FakeServer {
  rows = [];
  log = [];
  rejected = [];
  sockets = new Set();
  ended = false;
  draining = true;
  refuseConnections = null; // a close code, or "down"
  refuseSockets = false; // a network that lets HTTP alone through
  refuseAppends = null; // a problem code
  holds = false; // a drain that puts aside what it is given
  broadcast = (deliver) => deliver(); // a test may drop, repeat or keep for later
  asked = [];
  previous = null;
  ticket = { id: "t1", number: 1042, status: "OPEN" };
  marked = { read: 0, received: 0 }; // Amira's cursors
  others = { read: 0, received: 0 };

  /** The classes and values a ChatSession takes from its surroundings. */
  get env() {
    const server = this;
    class WebSocket extends FakeSocket {
      constructor(url) {
        super(url, server);
      }
    }
    return { WebSocket, location: { protocol: "http:", host: "support.test" }, fetch: (path, options) => server.fetch(path, options) };
  }

  /** HTTP; gone when connections are. */
  async fetch(path, { method, body }) {
    await new Promise((resolve) => { setTimeout(resolve, LATENCY); });
    if (this.refuseConnections) throw new Error("offline");
    const { pathname, searchParams } = new URL(path, "http://support.test");
    this.asked.push(`${method} ${pathname.replace("/support/api/", "")}`);
    if (method === "POST") return this.#written(pathname.split("/").at(-2), JSON.parse(body));
    if (searchParams.has("before")) return answer(200, this.before(Number(searchParams.get("before")), 50));
    return answer(200, this.after(Number(searchParams.get("after"))));
  }

  /** POST …/message/, …/read/ or …/received/. */
  #written(what, body) {
    if (this.refuseAppends) return answer(503, { code: this.refuseAppends, error: "Not now." });
    if (what !== "message") {
      this.marked[what] = Math.max(this.marked[what], body.sequence);
      return answer(200, { id: this.ticket.id });
    }
    if (this.holds) return answer(202, { id: body.id, status: "held", message: "Kept." });
    this.append(body, AMIRA);
    const row = this.rows.find(({ id }) => id === body.id);
    return row ? answer(201, row) : answer(202, { id: body.id });
  }

  /** The live chat is over, and `general` the next one: nothing of it exists yet. */
  next(id) {
    this.previous = { ...this.ticket, chat: { id: "c1", ticket_id: this.ticket.id, state: "ended" } };
    this.ticket = { id };
    this.rows = [];
    this.marked = { read: 0, received: 0 };
    this.others = { read: 0, received: 0 };
  }

  get last() {
    return this.rows.length;
  }

  /** Somebody else writes. */
  write(message, sender = BEN) {
    this.append({ id: `other-${this.log.length}-${this.rows.length}`, message }, sender);
  }

  append({ id, message }, sender) {
    this.log.push({ id, message, sender });
    if (this.draining) this.drain();
  }

  drain() {
    for (const { id, message, sender } of this.log.splice(0)) {
      const known = this.rows.find((row) => row.id === id);
      if (!known) this.rows.push(this.#row(id, message, sender));
      this.#announce(known ?? this.rows.at(-1));
    }
  }

  #row(id, message, sender) {
    return {
      id, ticket_id: this.ticket.id, message, html: `<p>${message}</p>`, sequence: this.rows.length + 1, sender: { id: sender }, audience: "public",
      is_support: sender !== AMIRA, created_at: "2026-03-09T23:24:00Z",
    };
  }

  #announce(row) {
    for (const socket of this.sockets) this.broadcast(() => socket.deliver({ type: "message", message: row }));
  }

  heartbeat() {
    for (const socket of this.sockets) socket.deliver({ type: "heartbeat", last_sequence: this.last });
  }

  cut(code = 1006) {
    for (const socket of [...this.sockets]) socket.drop(code);
  }

  history(messages, limited, more = {}) {
    return { type: "chat_history", messages, last_sequence: this.last, limited, ticket_id: this.ticket.id, ...more };
  }

  after(after) {
    const missed = this.rows.slice(after);
    const limited = missed.length > 200;
    return this.history(limited ? missed.slice(-50) : missed, limited, { after, ...this.standing });
  }

  /** The ticket, Amira's place, and how far support is; nothing before a live chat's first message. */
  get standing() {
    return this.ticket.number ? { ticket: this.ticket, read_sequence: this.marked.read, others: this.others } : { previous: this.previous };
  }

  before(before, limit) {
    const end = Math.max(0, before - 1);
    return this.history(this.rows.slice(Math.max(0, end - limit), end), false, { before });
  }

  hear(socket, frame) {
    this.asked.push(frame.type);
    if (frame.type === "message") this.#post(socket, frame);
    if (frame.type in this.marked) this.marked[frame.type] = Math.max(this.marked[frame.type], frame.sequence);
    if (frame.type === "resume") socket.deliver(this.after(frame.after));
    if (frame.type === "history") socket.deliver(this.before(frame.before, frame.limit));
    if (frame.type === "ping") socket.deliver({ type: "heartbeat", last_sequence: this.last });
  }

  #post(socket, frame) {
    if (this.refuseAppends) {
      socket.deliver({ type: "error", id: frame.id, code: this.refuseAppends, error: "Not now.", retry_after: 1 });
      return;
    }
    socket.deliver({ type: "accepted", id: frame.id });
    if (frame.message.startsWith("reject")) {
      this.rejected.push(frame.id);
      socket.deliver({ type: "error", id: frame.id, code: "closed", error: "This ticket is closed." });
    } else this.append(frame, AMIRA);
  }
}

const answer = (status, data) => new Response(JSON.stringify(data), { status });

class FakeSocket {
  readyState = 0;
  #server;

  constructor(url, server) {
    this.url = url;
    this.#server = server;
    setTimeout(() => this.#arrive(), LATENCY);
  }

  #arrive() {
    if (this.readyState !== 0) return;
    const { refuseConnections } = this.#server;
    if (refuseConnections === "down" || this.#server.refuseSockets) {
      this.#close(1006);
      return;
    }
    this.readyState = 1;
    this.onopen?.({});
    if (refuseConnections) {
      this.#close(refuseConnections);
      return;
    }
    this.#server.sockets.add(this);
    const { rows } = this.#server;
    this.deliver(this.#server.history(rows.slice(-50), rows.length > 50, this.#server.standing));
  }

  send(text) {
    setTimeout(() => this.readyState === 1 && this.#server.sockets.has(this) && this.#server.hear(this, JSON.parse(text)), LATENCY);
  }

  deliver(frame) {
    const data = JSON.stringify(frame);
    setTimeout(() => this.readyState === 1 && this.onmessage?.({ data }), LATENCY);
  }

  /** The line breaks: what is under way is gone. */
  drop(code, reason = "") {
    this.#server.sockets.delete(this);
    this.#close(code, reason);
  }

  #close(code, reason = "") {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  close() {
    this.#server.sockets.delete(this);
    this.readyState = 3;
  }
}
