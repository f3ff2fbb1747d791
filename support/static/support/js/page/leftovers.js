/**
 * Words that an earlier page could not send go out from whatever page is open next, also for tickets it does not show.
 * What this person wrote as a visitor has been sent, or they signed in instead: it is forgotten.
 *
 * Loaded by page/main.js when the page is idle; the chat itself is loaded only when something waits.
 */

import { outboxStorage } from "../chat/outbox-storage.js";
import { isWaiting } from "../chat/protocol.js";
import { session } from "../elements/dom.js";

async function send(ticketId, userId) {
  const { useChatWebSocket } = await import("../useChatWebSocket.js");
  const chat = useChatWebSocket({ ticketId, userId });
  chat.setEnabled(true);
  chat.subscribe(() => {})(); // it stays awake by itself until nothing waits
}

export async function sendLeftovers(userId) {
  if (!document.querySelector("[data-guest-form]")) session.set("guest-message", "");
  await sendWhatLies(outboxStorage(), userId);
}

async function sendWhatLies(storage, userId) {
  const rows = await storage.allOf(userId);
  const tickets = new Set(rows.filter(isWaiting).map((row) => row.owner.slice(userId.length + 1)));
  for (const ticketId of tickets) send(ticketId, userId);
  storage.late?.then(() => sendWhatLies(storage, userId));
}
