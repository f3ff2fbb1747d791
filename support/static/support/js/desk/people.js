/**
 * Who is here: redrawn by the server whenever a `presence` frame says that somebody came, left or stepped away.
 */

import { coalesced } from "./coalesce.js";
import { renew } from "./regions.js";

export function startPeople(notifications) {
  const ask = coalesced(() => renew("people"));
  notifications.on("presence", ask);
}
