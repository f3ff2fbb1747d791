/**
 * The staff desk, live: starts what the page consists of. Everything it does has a plain link or form behind it.
 *
 * List, people and counts follow /ws/notifications/ (desk/list.js, desk/people.js); the open thread is <message-log>
 * and <message-composer>, its head and panel follow the ticket (desk/conversation.js). Regions come from the server as
 * markup; nothing here builds a row or a menu by itself.
 */

import { startCollision } from "./desk/collision.js";
import { startComposer } from "./desk/composer.js";
import { startConversation } from "./desk/conversation.js";
import { startKeeping } from "./desk/keep.js";
import { startKeys } from "./desk/keys.js";
import { startLine } from "./desk/line.js";
import { startList } from "./desk/list.js";
import { startLoading } from "./desk/loading.js";
import { startMailed } from "./desk/mailed.js";
import { startMenus } from "./desk/menus.js";
import { startOffers } from "./desk/offers.js";
import { startPeople } from "./desk/people.js";
import { startReason } from "./desk/reason.js";
import { startRegions } from "./desk/regions.js";
import "./elements/message-composer.js";
import "./elements/message-log.js";
import { useNotifications } from "./notifications.js";

const desk = document.getElementById("desk");

if (desk) {
  const notifications = useNotifications({ enabled: true });
  startRegions();
  startKeeping();
  startLoading();
  startMenus(desk);
  startConversation(desk);
  startComposer(desk);
  startCollision(desk);
  startList(desk, notifications);
  startOffers(notifications);
  startMailed(desk, notifications);
  startPeople(notifications);
  startLine(notifications);
  startReason(notifications);
  startKeys(desk);
  notifications.subscribe(() => {}); // the page itself listens for as long as it is open: it holds the agent's lease
}
