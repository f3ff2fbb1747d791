/**
 * The thread as this page knows it: (state, action) -> state. Pure: no clock, no network, no DOM.
 *
 * Promises: a message is in the view once, in the order of its sequence; nothing is shown past a hole (it waits in
 * `ahead`); an own message stays in `pending` until it is seen stored or discarded. `gapOf` says what to ask for.
 * The same state comes back, identical, when an action changes nothing. Called by chat/session.js.
 */

import { isRetryable, isWaiting, LIMITS, TIMES } from "./protocol.js";
import { join, place } from "./run.js";
import { patched } from "./store.js";

export function initialState({ userId = null, reader = "requester", isGeneral = false } = {}) {
  return {
    me: { id: userId, staff: reader === "staff" },
    isGeneral, // one live chat after another
    messages: [], // stored, without holes, by sequence
    ahead: [], // stored, but past a hole
    pending: [], // own, not seen stored: sending | accepted | stored (in `ahead`) | failed | held
    reached: 0, // everything up to here is in `messages` (or before its first)
    last: 0, // the furthest sequence anybody told us of
    revision: 0, // the latest revision of the ticket anybody told us of
    loaded: false,
    exhausted: false, // nothing earlier than messages[0]
    received: 0, // the other side's cursors, in our stream
    read: 0,
    ownRead: 0,
    typing: [],
    ticket: null,
    ticketId: null, // which ticket `general` is
    left: null, // which it was before
    previous: null, // the ticket of the chat before it, when that ended a moment ago
    presence: null,
    error: null,
  };
}

/** The sequence to resume after, or null when the page is complete: no hole, and the ticket as it is now. */
export const gapOf = (state) => (state.loaded && (state.last > state.reached || isOutdated(state)) ? state.reached : null);

const isOutdated = ({ revision, ticket }) => revision > (ticket?.revision ?? 0);

export const hasEarlier = (state) => !state.exhausted && state.messages.length > 0 && state.messages[0].sequence > 1;

export function isMine(state, message) {
  if (state.me.id && message.sender?.id) return message.sender.id === state.me.id;
  return !state.me.staff && !message.is_support;
}

/* ---- Messages ------------------------------------------------------------------------------------------------ */

/** Take stored messages out of `pending`; one that still waits behind a hole stays visible there as "stored". */
function settle(state, run) {
  if (!state.pending.length) return state;
  const ids = new Set([...run, ...state.messages].map((message) => message.id));
  const waiting = new Set(state.ahead.map((message) => message.id));
  const pending = state.pending.flatMap((item) => {
    if (!ids.has(item.id)) return [item];
    return waiting.has(item.id) ? [{ ...item, state: "stored" }] : [];
  });
  return { ...state, pending };
}

/** What the flags on our own messages tell about the other side's cursors. */
function readFlags(state, run) {
  const flag = state.me.staff ? "read_by_user" : "read_by_support";
  const own = run.filter((message) => message.audience !== "staff" && isMine(state, message));
  const furthest = (name, least) =>
    own.reduce((most, message) => (message[name] ? Math.max(most, message.sequence) : most), least);
  return patched(state, { read: furthest(flag, state.read), received: furthest("delivered", state.received) });
}

function stillTyping(state, isStill) {
  const typing = state.typing.filter(isStill);
  return typing.length === state.typing.length ? state : { ...state, typing };
}

function chatHistory(state, frame, answer) {
  if (!Array.isArray(frame.messages)) return state;
  const run = [...frame.messages].sort((a, b) => a.sequence - b.sequence);
  let next = place(state, run, { answer, limited: frame.limited, window: LIMITS.resume });
  next = { ...next, loaded: true, last: Math.max(next.last, frame.last_sequence ?? 0, next.reached) };
  if (answer === "earlier" && !run.length) next.exhausted = true;
  if (answer === "snapshot") Object.assign(next, { error: null, previous: null });
  next.ticketId ??= frame.ticket_id ?? null;
  next.previous = frame.previous ?? next.previous;
  return others(readFlags(settle(next, run), run), frame);
}

function messageFrame(state, { message }) {
  if (!message?.id || !(message.sequence > 0)) return state;
  const joined = join(state, [message], { held: !state.loaded });
  const next = readFlags(settle(joined, [message]), [message]);
  return stillTyping(next, ({ id }) => id !== message.sender?.id);
}

/* ---- The other frames ------------------------------------------------------------------------------------------ */

const discard = (state, { id }) => ({ ...state, pending: state.pending.filter((item) => item.id !== id) });

/** A new conversation under the same address (`general` after its session ended): only unsent words remain. */
const renew = (state) => ({
  ...initialState(state),
  me: state.me,
  left: state.ticketId,
  pending: state.pending.filter((item) => item.state !== "stored"),
});

function patchPending(state, id, patch) {
  const index = state.pending.findIndex((item) => item.id === id);
  if (index < 0) return state;
  return { ...state, pending: state.pending.map((item, at) => (at === index ? { ...item, ...patch } : item)) };
}

/** A refusal can be quicker than it, by another way: what was refused or held stays so. */
function accepted(state, { id }) {
  const isExpected = state.pending.some((item) => item.id === id && isWaiting(item));
  return patched(isExpected ? patchPending(state, id, { state: "accepted" }) : state, { error: null });
}

function errorFrame(state, frame) {
  const error = { code: frame.code ?? "invalid", message: frame.error ?? "" };
  if (!frame.id) return { ...state, error };
  if (isRetryable(frame.code)) return state;
  if (frame.code === "id-taken" && state.isGeneral) return discard(state, frame); // said in one before, and stored there
  const kept = frame.code === "held" ? "held" : "failed";
  return patchPending(state, frame.id, { state: kept, error: error.message, code: error.code });
}

/** A cursor moved. Ours only forward; the other side's when it is the side we wait for (an agent's for a requester). */
function cursor(field) {
  return (state, frame) => {
    const own = state.me.id !== null && frame.user_id === state.me.id;
    if (!own && Boolean(frame.is_support) === state.me.staff) return state;
    const name = own ? "ownRead" : field;
    if ((own && field !== "read") || !(frame.sequence > state[name])) return state;
    return { ...state, [name]: frame.sequence };
  };
}

/** Optional members of chat_history and heartbeat: the ticket (an overtaken one changes nothing), and how far the other side got. */
function others(state, frame) {
  const newer = frame.ticket && !isOutdated({ revision: state.ticket?.revision ?? 0, ticket: frame.ticket });
  return patched(state, {
    received: Math.max(state.received, frame.others?.received ?? 0),
    read: Math.max(state.read, frame.others?.read ?? 0),
    ownRead: Math.max(state.ownRead, frame.read_sequence ?? 0),
    revision: Math.max(state.revision, frame.revision ?? 0, frame.ticket?.revision ?? 0),
    ticket: newer ? { ...state.ticket, ...frame.ticket } : state.ticket,
  });
}

const heartbeat = (state, frame) =>
  patched(others(state, frame), { last: Math.max(state.last, frame.last_sequence ?? 0) });

function typing(state, { user, audience }, _answer, now) {
  if (!user?.id || user.id === state.me.id) return state;
  const rest = state.typing.filter((person) => person.id !== user.id);
  return { ...state, typing: [...rest, { ...user, audience, until: now + TIMES.typingLasts }] };
}

/** A place in the queue moves without a new revision of the ticket: it is told again every few seconds. */
function queued(state, { ticket_id: id, position, expected_wait: wait }) {
  const { ticket } = state;
  if (ticket?.chat?.ticket_id !== id || ticket.chat.state !== "waiting") return state;
  const chat = patched(ticket.chat, { position, expected_wait: wait });
  return patched(state, { ticket: patched(ticket, { chat }) });
}

const FRAMES = {
  __proto__: null,
  chat_history: chatHistory,
  message: messageFrame,
  accepted,
  error: errorFrame,
  received: cursor("received"),
  read: cursor("read"),
  heartbeat,
  typing,
  queue: queued,
  ticket: (state, frame) => others(state, frame),
  presence: (state, { type: _type, ...presence }) => ({ ...state, presence }),
};

/** `general` is one conversation after another, and what is of another than the page knows is not taken for its own. */
function frameOf(state, { frame, answer, now }) {
  const { ticketId, left } = state;
  const id = frame.ticket_id ?? frame.message?.ticket_id ?? frame.ticket?.id;
  const isOther = id && (ticketId ? id !== ticketId : id === left);
  if (isOther && answer !== "snapshot") return frame.message ? settle(state, [frame.message]) : state; // it is stored
  return FRAMES[frame.type]?.(isOther ? renew(state) : state, frame, answer, now) ?? state;
}

/* ---- Actions ----------------------------------------------------------------------------------------------------- */

function queue(state, { item }) {
  const known = state.pending.some((other) => other.id === item.id)
    || state.messages.some((message) => message.id === item.id);
  return known ? state : { ...state, pending: inOrder([...state.pending, item]) };
}

/** The same in all tabs, were two written in one millisecond. */
const inOrder = (items) => items.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));

/** Words left behind by an earlier page were written before anything on this one. */
function restore(state, { items }) {
  return items.reduce((before, item) => queue(before, { item }), state);
}

/** What the tab that sends has in its outbox; of ours, what it may not have heard of yet. */
function agree(state, { items }) {
  const theirs = new Set(items.map((item) => item.id));
  const stored = new Set(state.messages.map((message) => message.id));
  const ours = state.pending.filter((item) => !theirs.has(item.id) && isWaiting(item));
  return { ...state, pending: inOrder([...items.filter((item) => !stored.has(item.id)), ...ours]) };
}

function retry(state, { id, order }) {
  const item = state.pending.find((other) => other.id === id);
  if (!item) return state;
  const again = { ...item, state: "sending", error: null, code: null, order, seen: null }; // they know by now
  return { ...state, pending: inOrder([...state.pending.filter((other) => other !== item), again]) };
}

const ACTIONS = {
  frame: frameOf,
  seed: (state, { messages }) => readFlags(place(state, messages, { answer: "seed" }), messages),
  queue,
  restore,
  agree,
  retry,
  discard,
  fail: (state, { id, code, error }) => patchPending(state, id, { state: "failed", code, error }),
  expire: (state, { now }) => stillTyping(state, ({ until }) => until > now),
  error: (state, { error }) => ({ ...state, error }),
  renew,
};

const TAIL = 50;

/** The state as frames that would bring another page to it, its newest messages at least. */
export function recall({ loaded, messages, last, ticketId, ticket, previous, ownRead, received, read, presence }) {
  if (!loaded) return [];
  const frame = {
    type: "chat_history", messages: messages.slice(-TAIL).filter((message) => !message.stub), last_sequence: last,
    limited: false, ticket_id: ticketId, ticket, previous, read_sequence: ownRead, others: { received, read },
  };
  return presence ? [frame, { type: "presence", ...presence }] : [frame];
}

export function reduce(state, action) {
  return ACTIONS[action.type]?.(state, action) ?? state;
}
