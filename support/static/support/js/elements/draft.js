/**
 * The words in a text field, kept per person and ticket until they are sent: a reload, a crash or a signed-out page
 * loses nothing. Called by message-composer.js and the widget's forms.
 *
 * Words that stood here before this module did may have been sent already: the form works without it. So they are kept
 * with the id that the form posts (its field `id`): when the thread shows that message they are not wanted any more,
 * and when it does not, sending them under the same `id` makes them one message. `isShown(id)` for what is no message.
 */

import { device } from "./dom.js";

const QUIET = 300;
const inThread = (id) => document.querySelector(`[data-id="${id}"]`);

export class Draft {
  #field;
  #key;
  #isShown;
  #id; // what the form posted, if it has: these
  #words;
  #timer = null;
  #leaving = new AbortController();

  constructor(field, owner, isShown = inThread) {
    this.#field = field;
    this.#isShown = isShown;
    this.#key = `draft:${owner}`;
    this.#restore(field);
    const { signal } = this.#leaving;
    field.addEventListener("input", this.#typed, { signal });
    field.addEventListener("blur", this.save, { signal }); // a field that is drawn anew reads it before this one has gone
    addEventListener("pagehide", this.save, { signal });
  }

  /** The id of just these words, if they may have been posted. */
  get id() {
    return this.#field.value === this.#words ? this.#id : "";
  }

  save = () => {
    const { value } = this.#field;
    clearTimeout(this.#timer);
    device.set(this.#key, value.trim() && value);
    device.set(`${this.#key}:id`, value && this.id);
  };

  /** The same field for other words of the same person: a note beside a reply. */
  turnTo(owner) {
    this.save();
    this.#key = `draft:${owner}`;
    this.#restore({});
  }

  /** Sent: nothing to keep. */
  clear() {
    this.#field.value = "";
    this.#id = "";
    this.save();
  }

  disconnect() {
    this.save();
    this.#leaving.abort();
  }

  /** Words of the server's are newer than any draft; words that the browser put back are the draft, if they equal it. */
  #restore({ value, defaultValue, form }) {
    const kept = device.get(this.#key) ?? "";
    const known = !defaultValue && (value || kept) === kept && device.get(`${this.#key}:id`);
    this.#id = known || (value && form.elements.id?.value);
    const sent = this.#id && this.#isShown(this.#id);
    this.#words = this.#field.value = sent ? "" : value || kept;
  }

  #typed = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.save, QUIET);
  };
}
