/**
 * The words of a new ticket, kept as one draft (elements/draft.js): what stands in all fields of the form is its text.
 *
 * The form works without script, so these words may have been posted already. They are kept with the form's `key` and the
 * id that the ticket has if they were (`data-becomes`): once that ticket was on a page they are not wanted any more, and
 * sent again under the same key they are the same ticket. Other words go under the key of their own form.
 * Called by ticket-form.js, and by ticket-page.js where there is a ticket and no form.
 */

import { device } from "../elements/dom.js";
import { Draft } from "../elements/draft.js";

const KEPT = ["subject", "description", "ticket_type", "priority", "tags"];
const ownerOf = () => `${document.body.dataset.userId}:new-ticket`;
const isShown = (id) => document.querySelector(`:is([data-ticket="${id}"], [data-ticket-id="${id}"])`);
const tidy = (tags) => [...new Set(tags.split(",").map((tag) => tag.trim()))].filter(Boolean).join(",");

/** A draft that became a ticket of this page is kept no longer. */
export function forgetPosted() {
  new Draft(Object.assign(new EventTarget(), { value: "" }), ownerOf(), isShown).disconnect();
}

/** The form as a field: its value is what all of its fields hold, or nothing. */
class Words {
  isSent = false;
  #form;

  constructor(form) {
    this.#form = form;
    this.form = { elements: { id: { value: form.dataset.becomes } } };
    this.defaultValue = form.querySelector("[data-error-summary]") ? this.value : ""; // sent back to be mended
  }

  addEventListener() {} // the form is listened to by ticket-form.js

  get value() {
    const data = new FormData(this.#form);
    const words = Object.fromEntries(KEPT.map((name) => [name, data.get(name) ?? ""]));
    words.tags = tidy(words.tags); // as they are typed, or as <tag-input> has them
    const isWorthKeeping = words.subject.trim() || words.description.trim() || words.tags;
    return isWorthKeeping && !this.isSent ? JSON.stringify(words) : "";
  }

  set value(text) {
    if (text === this.value) return;
    const words = JSON.parse(text || "{}");
    for (const name of KEPT) this.#fill(name, words[name] ?? "");
  }

  #fill(name, value) {
    const field = this.#form.querySelector(`[name="${name}"]`);
    const chips = field.closest("tag-input");
    if (chips?.replace) chips.replace(value);
    else if (field.type !== "radio") field.value = value;
    else if (value) this.#form.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]`)?.click();
  }
}

export class TicketDraft {
  #owner = ownerOf();
  #own; // the key that the form came with
  #words;
  #draft;

  constructor(form) {
    this.form = form;
    this.#own = form.elements.key.value;
    this.#words = new Words(form);
    this.post();
  }

  get isKept() {
    return Boolean(device.get(`draft:${this.#owner}`));
  }

  /** What stands here now may be posted, or have been. */
  post() {
    this.#draft?.disconnect();
    this.#draft = new Draft(this.#words, this.#owner, isShown);
    this.save();
  }

  save() {
    const key = `draft:${this.#owner}:key`;
    const id = this.#words.value && this.#draft.id;
    const posted = id && id !== this.form.dataset.becomes ? device.get(key) : this.#own;
    this.form.elements.key.value = posted;
    this.#draft.save();
    device.set(key, id && posted);
  }

  clear() {
    this.#words.isSent = true;
    this.save();
  }

  disconnect() {
    this.#draft.disconnect();
  }
}
