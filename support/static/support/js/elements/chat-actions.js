/**
 * What can be done with a chat beside writing: end it, have it mailed, open its ticket as a page.
 *
 * Only what is possible is shown. An action has one Idempotency-Key until it was answered, so a second press after a lost
 * answer does nothing twice. Called by chat-panel.js.
 */

import { API, request } from "../chat/http.js";
import { newId } from "../chat/protocol.js";
import { t } from "../words.js";
import { setText } from "./dom.js";

const SAID_FOR = 8_000;

export class ChatActions {
  #root;
  #ticket = null;
  #keys = new Map();
  #timer = null;

  constructor(root) {
    this.#root = root;
    root.addEventListener("click", ({ target }) => {
      if (target.closest("[data-chat-end]")) this.#act("end");
      if (target.closest("[data-chat-transcript]")) this.#act("transcript");
      target.closest("[popover]")?.hidePopover();
    });
  }

  /** The ticket of the chat on screen, or null. */
  about(ticket) {
    if (ticket?.id !== this.#ticket?.id) this.#root.querySelector("[data-said]").hidden = true;
    this.#ticket = ticket;
    const { chat } = ticket ?? {};
    for (const button of this.#root.querySelectorAll("[data-chat-end]")) button.hidden = !chat || chat.state === "ended";
    setText(this.#root.querySelector("[data-end-label]"), chat?.state === "waiting" ? t("Stop waiting") : t("End chat"));
    for (const button of this.#root.querySelectorAll("[data-chat-transcript]")) button.hidden = !chat;
    const link = this.#root.querySelector("[data-chat-ticket]");
    link.hidden = !ticket;
    if (ticket) link.href = `/support-tickets/${ticket.id}`;
  }

  async #act(what) {
    const address = `${API}tickets/${this.#ticket.id}/chat/${what}/`;
    if (!this.#keys.has(address)) this.#keys.set(address, newId());
    const answer = await request(address, { body: {}, key: this.#keys.get(address) });
    if (answer.status) this.#keys.delete(address);
    if (!answer.ok) this.#say(answer.sentence || t("We couldn’t reach the server. Try again in a moment."), "danger");
    else if (what === "transcript") this.#say(answer.data.message, "success");
  }

  #say(sentence, tone) {
    const place = this.#root.querySelector("[data-said]");
    clearTimeout(this.#timer);
    place.hidden = false;
    place.dataset.tone = tone;
    place.querySelector("p").textContent = sentence;
    this.#timer = setTimeout(() => { place.hidden = true; }, SAID_FOR);
  }
}
