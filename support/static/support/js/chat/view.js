/**
 * State -> the snapshot a page renders. Pure; messages keep their identity as long as nothing about them changes,
 * so a page may compare them with ===. Called by chat/session.js.
 */

import { t } from "../words.js";
import { isWaiting } from "./protocol.js";
import { hasEarlier, isMine } from "./reducer.js";
import { patched } from "./store.js";

function deliveryState(state, message) {
  if (message.audience === "staff") return "stored"; // nobody outside the team sees a note
  if (message.sequence <= state.read) return "seen";
  return message.sequence <= state.received ? "delivered" : "stored";
}

/** One view object per message and delivery state; the same list as long as nothing in it changed. */
export function createView() {
  let cache = new Map();
  let from = {}; // what the list was made from
  let list;

  function shown(message, mine, delivery) {
    const before = cache.get(message.id);
    if (before?.source === message && before.item.state === delivery) return before;
    return { source: message, item: Object.freeze({ ...message, mine, state: delivery }) };
  }

  return function messagesOf(state) {
    const { messages, pending, received, read } = state;
    const facts = patched(from, { messages, pending, received, read });
    if (facts === from) return list;
    from = facts;
    const next = new Map();
    for (const message of messages) {
      const mine = isMine(state, message);
      next.set(message.id, shown(message, mine, mine ? deliveryState(state, message) : null));
    }
    for (const item of pending) {
      if (!next.has(item.id)) next.set(item.id, shown(item, true, item.state));
    }
    cache = next;
    list = Object.freeze(Array.from(next.values(), (entry) => entry.item));
    return list;
  };
}

const CONNECTION_ERRORS = {
  "signed-out": { code: "not-authenticated", message: t("You’ve been signed out. Sign in again and your draft will be here.") },
  "not-found": { code: "not-found", message: t("You can’t open this ticket. It may belong to another account.") },
};

/** The rest of the snapshot, from the thread, the connection and the outbox. */
export function describe(state, connection, { blockedUntil, isKept }) {
  const error = CONNECTION_ERRORS[connection.phase] ?? state.error;
  return {
    isConnected: connection.phase === "open",
    isLoading: !state.loaded && !error && connection.phase !== "idle",
    error,
    pending: state.pending.filter(isWaiting).length,
    typing: state.typing,
    ticket: state.ticket,
    ticketId: state.ticketId,
    previous: state.previous,
    presence: state.presence,
    // The ticket says so before the socket does. Another ticket's page is not over because a chat on it is.
    ended: connection.phase === "ended" || (state.isGeneral && state.ticket?.chat?.state === "ended"),
    connection: connection.phase,
    offlineSince: connection.offlineSince,
    waitUntil: error?.code === "too-fast" && blockedUntil > Date.now() ? blockedUntil : null,
    isKept,
    hasEarlier: hasEarlier(state),
    lastSequence: state.reached,
    readSequence: state.ownRead,
    reader: state.me.staff ? "staff" : "requester",
    userId: state.me.id,
  };
}
