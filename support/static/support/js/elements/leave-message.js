/**
 * "Leave us a message": turns the widget's form into a ticket when nobody is there.
 *
 * The words and the Idempotency-Key are kept until the ticket exists, so sending again after a lost answer, a reload or
 * a closed tab makes no second one. Loaded by elements/chat-panel.js when the form is shown.
 */

import { API, request } from "../chat/http.js";
import { newId, refusalOf } from "../chat/protocol.js";
import { t } from "../words.js";
import { device, flag, setText } from "./dom.js";
import { Draft } from "./draft.js";
import { subjectOf } from "./subject.js";

export class LeaveMessage {
  #root;
  #form;
  #button;
  #draft;
  #onSent;
  #key;

  constructor(root, { onSent }) {
    this.#root = root;
    this.#onSent = onSent;
    this.#form = root.querySelector("#chat-leave");
    this.#button = root.querySelector('button[form="chat-leave"]');
    this.#key = `leave:${root.dataset.userId}`;
    this.#draft = new Draft(this.#form.elements.message, `${root.dataset.userId}:leave`);
  }

  async submit() {
    const text = this.#form.elements.message.value;
    const refusal = refusalOf(text);
    if (refusal || this.#button.hasAttribute("aria-busy")) {
      this.#say(refusal);
      return;
    }
    flag(this.#button, "aria-busy", true);
    const answer = await this.#create(text);
    flag(this.#button, "aria-busy", false);
    if (answer.ok) this.#done(answer);
    else this.#say(answer.sentence || t("We couldn’t reach the server. Your message is saved here. Try again in a moment."));
  }

  /** The key belongs to these words: other words are another ticket. */
  #create(text) {
    const known = JSON.parse(device.get(this.#key) ?? "null");
    const key = known?.text === text ? known.key : newId();
    device.set(this.#key, JSON.stringify({ key, text }));
    const body = {
      subject: subjectOf(text), description: text, priority: "MEDIUM", ticket_type: "QUESTION", tags: [],
      current_url: location.href.slice(0, 2000), browser_info: navigator.userAgent.slice(0, 500),
    };
    return request(`${API}tickets/create/`, { body, key });
  }

  /** Without a reference it is accepted, and not stored yet. */
  #done({ data }) {
    device.set(this.#key, "");
    this.#draft.clear();
    this.#say("");
    const { reference, id } = data ?? {};
    const words = reference
      ? t("Ticket {reference} created. We’ll reply here and by email.", { reference })
      : t("We’ve got your message. We’ll reply here and by email.");
    setText(this.#root.querySelector("[data-sent-words]"), words);
    const link = this.#root.querySelector("[data-sent-link]");
    link.href = `/support-tickets${reference ? `/${id}` : ""}`;
    this.#onSent();
  }

  #say(sentence) {
    setText(this.#form.querySelector("[data-problem]"), sentence);
    if (sentence) this.#form.elements.message.focus();
  }
}
