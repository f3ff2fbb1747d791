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
    addEventListener("pagehide", this.save);
  }

  save = () => {
    clearTimeout(this.#timer);
    store.set(this.#key, this.#field.value.trim() ? this.#field.value : "");
  };

  /** Sent: nothing to keep. */
  clear() {
    this.#field.value = "";
    this.save();
  }

  disconnect() {
    this.save();
    this.#field.removeEventListener("input", this.#typed);
    removeEventListener("pagehide", this.save);
  }

  #typed = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.save, QUIET);
  };
}
