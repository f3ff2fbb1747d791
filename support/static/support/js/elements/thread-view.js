/**
 * Keeps an <ol> of messages equal to a snapshot's: adds, moves, updates and removes list items, keyed by id.
 *
 * Server-rendered items are taken over, never built twice. Items without an id (the ticket's opening bubble, system
 * lines) stay where they are. Groups by sender within 5 minutes, separates days, draws the line above the first
 * unread. Does not scroll. Called by elements/message-log.js.
 */

import { createBubble, fillBody, fillTime, showState, sideOf } from "./bubble.js";
import { dayKey, dayWords } from "./dates.js";
import { el } from "./dom.js";
import { t } from "../words.js";

const TOGETHER = 5 * 60_000;
const UNSETTLED = new Set(["sending", "accepted", "failed", "held"]);

export class ThreadView {
  #list;
  #template;
  #reader;
  #userId;
  #nodes = new Map(); // id -> {item, message, body: "html" | "text", line: the state shown under it}
  #days = new Map(); // moment -> its day where the reader is, which is slow to work out
  #newLine = newLine();

  constructor(list, { template, reader, userId }) {
    this.#list = list;
    this.#template = template;
    this.#reader = reader;
    this.#userId = userId;
  }

  /** Take over what the server rendered; returns stubs for the store. */
  hydrate() {
    const items = [...this.#list.querySelectorAll(":scope > li[data-id]")].filter((item) => item.dataset.sequence > 0);
    this.#newLine = this.#list.querySelector(":scope > .day-new") ?? this.#newLine;
    return items.map((item) => {
      const line = item.querySelector(".msg-state")?.dataset.delivery ?? null;
      this.#nodes.set(item.dataset.id, { item, message: null, body: "html", line });
      return this.#stub(item);
    });
  }

  #stub(item) {
    const { id, sequence, from, sender, state } = item.dataset;
    const seen = state === "seen";
    return {
      id, sequence: Number(sequence), stub: true, audience: from === "note" ? "staff" : "public",
      sender: { id: from === "me" ? this.#userId : sender || from },
      is_support: from === "support" || from === "note" || (from === "me" && this.#reader === "staff"),
      created_at: item.querySelector("time")?.dateTime,
      read_by_user: seen, read_by_support: seen, delivered: seen || state === "delivered",
    };
  }

  item(id) {
    return this.#nodes.get(id)?.item;
  }

  /** Returns the messages that were not shown before. */
  render(messages) {
    const before = this.#nodes.size;
    this.#removeAllBut(new Set(messages.map((message) => message.id)));
    const added = [];
    let previous = null;
    let inside = this.#nodes.size < before; // something was put before the end, or is gone
    for (const message of messages) {
      const known = this.#nodes.get(message.id);
      const item = known?.item ?? createBubble(this.#template, message, this.#reader);
      const next = this.#nextMessage(previous);
      if (next !== item) {
        inside ||= next !== null;
        this.#list.insertBefore(item, next);
      }
      if (!known) added.push(message);
      this.#update(message, item, known);
      previous = item;
    }
    if (inside) this.#separateAll();
    else this.#separate(added);
    this.#group(messages);
    return added;
  }

  /** Whether the line is the one above this message. */
  isUnreadFrom(id) {
    return this.#newLine.isConnected && this.#nextMessage(this.#newLine) === this.item(id);
  }

  /** Draw the line above the first of these messages, or take it away (null). */
  markUnread(id) {
    const item = id ? this.item(id) : null;
    if (!item) this.#removeNewLine();
    else if (item.previousElementSibling !== this.#newLine) item.before(this.#newLine);
  }

  /** The server's may have been the line of a day as well ("New messages, today"). */
  #removeNewLine() {
    const next = this.#nextMessage(this.#newLine);
    this.#newLine.remove();
    this.#newLine = newLine();
    if (next && !next.previousElementSibling?.matches(".day")) this.#separate([next.dataset]);
  }

  /** A line about the ticket itself, in the place that was kept for it. */
  addSystem(content, place) {
    this.#list.insertBefore(el("li", { class: "msg", "data-from": "system" }, ...content), place);
  }

  /* ---- items ------------------------------------------------------------------------------------------------- */

  #removeAllBut(wanted) {
    for (const [id, { item }] of this.#nodes) {
      if (wanted.has(id)) continue;
      item.remove();
      this.#nodes.delete(id);
    }
  }

  #nextMessage(item) {
    let next = item ? item.nextElementSibling : this.#list.firstElementChild;
    while (next && this.item(next.dataset.id) !== next) next = next.nextElementSibling;
    return next;
  }

  #update(message, item, known) {
    if (known?.message === message) return;
    if (message.sequence) item.dataset.sequence = message.sequence;
    const html = known?.body === "html" || Boolean(message.html);
    const isStored = html && known?.body === "text";
    if (!known || isStored) fillBody(item, message);
    if (isStored) fillTime(item, message);
    this.#nodes.set(message.id, { item, message, body: html ? "html" : "text", line: known?.line ?? null });
  }

  /* ---- what stands between and under them ------------------------------------------------------------------------ */

  #group(messages) {
    let before = null;
    const shown = lastStates(messages);
    for (const message of messages) {
      const { item } = this.#nodes.get(message.id);
      item.toggleAttribute("data-grouped", this.#together(before, message, item));
      this.#state(message, shown.has(message.id));
      before = message;
    }
  }

  #together(before, message, item) {
    if (!before || item.previousElementSibling !== this.#nodes.get(before.id).item) return false;
    if (sideOf(before, this.#reader) !== sideOf(message, this.#reader)) return false;
    if (before.sender?.id !== message.sender?.id && !message.mine) return false;
    return new Date(message.created_at) - new Date(before.created_at) < TOGETHER;
  }

  #state(message, shown) {
    const node = this.#nodes.get(message.id);
    const line = shown ? message.state : null;
    if (message.mine && node.item.dataset.state !== message.state) node.item.dataset.state = message.state;
    if (line === node.line) return;
    node.line = line;
    showState(node.item, line, message.error);
  }

  #day(item) {
    const moment = item.querySelector("time")?.dateTime;
    if (moment && !this.#days.has(moment)) this.#days.set(moment, dayKey(new Date(moment)));
    return this.#days.get(moment);
  }

  #separateAll() {
    for (const line of this.#list.querySelectorAll(":scope > .day:not(.day-new)")) line.remove();
    let before = null;
    for (const item of [...this.#list.children]) {
      const day = this.#day(item);
      if (!day || day === before) continue;
      before = day;
      item.before(dayLine(item));
    }
  }

  #separate(added) {
    for (const { id } of added) {
      const item = this.item(id);
      let before = item.previousElementSibling;
      while (before && !this.#day(before)) before = before.previousElementSibling;
      const day = this.#day(item);
      if (day && (!before || this.#day(before) !== day)) item.before(dayLine(item));
    }
  }
}

const newLine = () => el("li", { class: "day day-new" }, el("span", {}, t("New messages")));

const dayLine = (item) => el("li", { class: "day" }, el("span", {}, dayWords(new Date(item.querySelector("time").dateTime))));

const words = (message) => (message?.state === "accepted" ? "sending" : message?.state);

/** The state shows under the last of a run with one state: in the own words at the end, and wherever one is not stored. */
function lastStates(messages) {
  const shown = new Set();
  let next = null;
  let atEnd = true;
  for (const message of messages.toReversed()) {
    atEnd &&= message.mine;
    const differs = !next || words(next) !== words(message) || message.state === "failed";
    if (message.mine && differs && (atEnd || UNSETTLED.has(message.state))) shown.add(message.id);
    next = message.mine ? message : null;
  }
  return shown;
}
