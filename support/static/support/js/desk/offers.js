/**
 * Chats offered to this agent: the cards come and go with the frames, and each says how long it waits for an answer.
 *
 * The countdown is text that changes every second and is not announced; a polite status says what is offered once, and again
 * when ten seconds are left. Also the number of chats that wait, from `queue` frames. Never moves the focus.
 */

import { el, setText } from "../elements/dom.js";
import { plural, t } from "../words.js";
import { coalesced } from "./coalesce.js";
import { renew } from "./regions.js";

const LAST_CALL = 10;
const cards = () => [...document.querySelectorAll("#offers [data-offer]")];
const left = (card) => Math.ceil((new Date(card.dataset.offerEnds) - Date.now()) / 1000);

export function startOffers(notifications) {
  const status = el("p", { class: "sr-only", role: "status" });
  document.body.append(status);
  const said = new Map(); // what was announced of each offer, by its end
  const me = document.body.dataset.userId;
  const ask = coalesced(() => renew("offers"));

  function count() {
    for (const card of cards()) {
      const seconds = left(card);
      if (seconds <= 0) {
        ask(); // somebody else is asked by now
        continue;
      }
      const words = plural(seconds, "{n} second to answer", "{n} seconds to answer");
      setText(card.querySelector("[data-countdown]"), words);
      announce(card, seconds, words);
    }
  }

  function announce(card, seconds, words) {
    const key = card.dataset.offer + card.dataset.offerEnds;
    const stage = seconds <= LAST_CALL ? "last" : "first";
    if (said.get(key) === stage || said.get(key) === "last") return;
    said.set(key, stage);
    const name = card.dataset.offerName;
    const first = t("{name} is waiting for you in a chat. {time}.", { name, time: words });
    setText(status, stage === "first" ? first : t("{name} is still waiting. {time}.", { name, time: words }));
  }

  notifications.on("ticket", ({ ticket }) => {
    const mine = ticket.chat?.offer?.agent?.id === me;
    const shown = cards().find((card) => card.dataset.offer === ticket.id);
    if (mine ? shown?.dataset.offerEnds !== ticket.chat.offer.ends_at : shown) ask();
  });
  notifications.on("open", ask);
  notifications.on("queue", ({ waiting }) => showWaiting(waiting));
  setInterval(count, 1_000);
  document.addEventListener("htmx:afterSettle", count);
  count();
}

function showWaiting(waiting) {
  for (const place of document.querySelectorAll("[data-queue]")) {
    place.hidden = !waiting;
    setText(place, plural(waiting, "{n} waiting", "{n} waiting"));
  }
}
