/**
 * The words in a text field, kept per person and ticket until they are sent: a reload, a crash or a signed-out page
 * loses nothing. Called by message-composer.js and the widget's forms.
 */

import { remembered } from "./dom.js";

const QUIET = 300;
const store = remembered("localStorage");

export class Draft {
  #field;
  #key;
  #timer = null;

  constructor(field, owner) {
    this.#field = field;
    this.#key = `draft:${owner}`;
    if (!field.value) field.value = store.get(this.#key) ?? "";
    field.addEventListener("input", this.#typed);
    field.addEventListener("blur", this.save); // a field that is drawn anew reads it before this one has gone
    addEventListener("pagehide", this.save);
  }

  save = () => {
    clearTimeout(this.#timer);
    store.set(this.#key, this.#field.value.trim() ? this.#field.value : "");
  };

  /** The same field for other words of the same person: a note beside a reply. */
  turnTo(owner) {
    this.save();
    this.#key = `draft:${owner}`;
    this.#field.value = store.get(this.#key) ?? "";
  }

  /** Sent: nothing to keep. */
  clear() {
    this.#field.value = "";
    this.save();
  }

  disconnect() {
    this.save();
    this.#field.removeEventListener("input", this.#typed);
    this.#field.removeEventListener("blur", this.save);
    removeEventListener("pagehide", this.save);
  }

  #typed = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.save, QUIET);
  };
}
