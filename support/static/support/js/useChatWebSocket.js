/**
 * One ticket's live thread as an external store, for React's useSyncExternalStore and for plain pages alike.
 *
 *   const chat = useChatWebSocket({ ticketId, enabled });   // "general": the person's current live chat
 *   chat.subscribe(listener) -> unsubscribe                  // connects with the first listener, parts a second after the
 *                                                            // last one left, later if words are still on their way
 *   chat.getSnapshot() -> {
 *     messages      [{id, sequence, message, html, sender, is_support, created_at, …, mine, state}], oldest first, own
 *                   unstored ones last; state of own: sending | accepted | stored | delivered | seen | failed | held
 *     isConnected, isLoading, error ({code, message} or null), pending (own messages still on their way),
 *     typing        [{id, name, is_support}], ticket (object or null), ended (chat session over),
 *     previous      the ticket of the chat before this one, when that ended within the hour, else null,
 *     connection    idle | connecting | open | reconnecting | polling | signed-out | not-found | ended,
 *     offlineSince, waitUntil (ms since 1970, or null), hasEarlier, lastSequence, readSequence, presence, reader, userId,
 *     isKept        unsent words are on the device; false: in this page's memory only }
 *   chat.sendMessage(text, {audience, seen, topic}) -> {ok, id} | {ok: false, error}      typing()   markRead(sequence)
 *   chat.viewing(over)   chat.on(type, listener) -> leave     (agents: who else is here; frames as they come)
 *   chat.retry(id)   discard(id)   loadEarlier()   reconnect()   renew()   seed(stubs, readSequence)
 *   chat.setEnabled(bool)   close()
 *
 * Snapshots are frozen and keep their identity between changes, messages too. Asking twice for one ticket gives the
 * same store, so a log and a composer on one page share a socket, and so do all tabs of a browser; of the stores that
 * nobody uses any more, and that have nothing left to send, the last twenty are remembered. `userId` and
 * `reader` ("requester" | "staff") default to <body data-user-id data-staff="true|false">. `lazy`: a new store waits for setEnabled(true).
 */

import { outboxStorage } from "./chat/outbox-storage.js";
import { ChatSession } from "./chat/session.js";

const ASLEEP = 20; // each has all its messages, and a desk that stays open opens hundreds of tickets
const sessions = new Map(); // those used last are the last
let storage = null;

const body = () => globalThis.document?.body?.dataset ?? {};

export function useChatWebSocket({ ticketId, enabled, userId, reader, lazy = false } = {}) {
  const person = userId ?? body().userId ?? null;
  const key = `${person} ${ticketId}`;
  const known = sessions.get(key);
  if (known) {
    if (enabled !== undefined) known.setEnabled(enabled);
    sessions.delete(key);
    sessions.set(key, known);
    return known;
  }
  storage ??= outboxStorage();
  const side = reader ?? (body().staff === "true" ? "staff" : "requester");
  const session = new ChatSession({ ticketId, userId: person, reader: side, enabled: enabled ?? !lazy, storage });
  sessions.set(key, session);
  const asleep = [...sessions].filter(([, each]) => each.isAsleep);
  for (const [old] of asleep.slice(0, -ASLEEP)) sessions.delete(old);
  return session;
}
