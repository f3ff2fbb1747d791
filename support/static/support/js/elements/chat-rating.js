/**
 * "How did we go?": five stars, a comment if somebody likes, and thanks. What was said can be changed.
 *
 * Loaded by chat-panel.js when a chat has ended, and called with its ticket.
 */

import { API, request } from "../chat/http.js";
import { newId } from "../chat/protocol.js";
import { t } from "../words.js";
import { setText } from "./dom.js";

export class ChatRating {
  #form;
  #thanks;
  #ticket = null;
  #chat = null;
  #key = newId();

  constructor(root) {
    this.#form = root.querySelector("#chat-rating");
    this.#thanks = root.querySelector("[data-rated]");
    this.#form.addEventListener("change", () => this.#more());
    this.#thanks.querySelector("[data-rate-again]").addEventListener("click", () => this.#again());
  }

  about(ticket) {
    this.#ticket = ticket;
    if (this.#chat === ticket.chat?.id) return;
    if (this.#chat) this.#form.reset(); // a star for the first one may have been given while this was being loaded
    this.#chat = ticket.chat?.id;
    this.#more();
    this.#show(Boolean(ticket.chat?.rating));
  }

  #show(rated) {
    this.#form.hidden = rated;
    this.#thanks.hidden = !rated;
  }

  /** The comment and the button come with the first star. */
  #more() {
    const chosen = Boolean(this.#form.elements.score.value);
    for (const part of this.#form.querySelectorAll("[data-rating-more]")) part.hidden = !chosen;
  }

  #again() {
    this.#show(false);
    this.#form.elements.score[0].focus();
  }

  async submit() {
    const { score, comment } = this.#form.elements;
    const body = { score: Number(score.value), comment: comment.value };
    const answer = await request(`${API}tickets/${this.#ticket.id}/chat/rating/`, { body, key: this.#key });
    if (answer.status) this.#key = newId();
    setText(this.#form.querySelector("[data-problem]"), answer.ok ? "" : answer.sentence || t("We couldn’t reach the server. Try again in a moment."));
    if (!answer.ok) return;
    this.#show(true);
    this.#thanks.focus();
  }
}
