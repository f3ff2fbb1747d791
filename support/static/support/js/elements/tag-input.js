/**
 * <tag-input data-most="10" data-longest="40"><input class="input" name="tags" value="logbook, export">
 *   <button class="tag" type="button" data-tag="AHPRA">…</button></tag-input>
 *
 * Without script: one field of tags with commas between. With it: chips. Enter or comma adds, Backspace in an empty
 * field removes the last, a [data-tag] button adds its tag. The form still posts one field, with commas between.
 */

import { el, icon, plural } from "./dom.js";

const clean = (text, longest) => text.replaceAll(",", " ").replace(/\s+/g, " ").trim().slice(0, longest).trim();

export class TagInput extends HTMLElement {
  #tags = [];
  #field;
  #value;
  #status;

  connectedCallback() {
    this.#field ??= this.querySelector("input:not([type=hidden])");
    if (!this.#field || this.#value) return;
    const box = el("div", { class: "tag-input" });
    this.#field.replaceWith(box);
    this.#field.classList.remove("input");
    box.append(this.#field);
    this.#value = el("input", { type: "hidden", name: this.#field.name });
    this.#status = el("span", { class: "sr-only", role: "status" });
    const initial = this.#field.value.split(",");
    this.#field.removeAttribute("name");
    this.#field.value = "";
    this.append(this.#value, this.#status);
    for (const tag of initial) this.#add(tag);
    this.#status.textContent = "";
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("blur", () => this.#take());
    this.addEventListener("click", (event) => this.#clicked(event));
  }

  get tags() {
    return [...this.#tags];
  }

  #pressed(event) {
    if (event.key === "Enter" && !event.isComposing) {
      if (this.#field.value.trim()) event.preventDefault();
      this.#take();
    }
    if (event.key === "Backspace" && !this.#field.value && this.#tags.length) this.#remove(this.#tags.at(-1));
  }

  #typed() {
    if (this.#field.value.includes(",")) this.#take();
  }

  #take() {
    for (const text of this.#field.value.split(",")) this.#add(text);
    this.#field.value = "";
  }

  #clicked({ target }) {
    const suggestion = target.closest("[data-tag]");
    const removal = target.closest("[data-remove-tag]");
    if (suggestion) this.#add(suggestion.dataset.tag);
    if (removal) this.#remove(removal.dataset.removeTag);
    if (removal || target.classList.contains("tag-input")) this.#field.focus();
  }

  #add(text) {
    const tag = clean(text, Number(this.dataset.longest) || 40);
    const max = Number(this.dataset.most) || 10;
    if (!tag || this.#tags.some((other) => other.toLowerCase() === tag.toLowerCase())) return;
    if (this.#tags.length >= max) {
      this.#say(`You can add up to ${max} tags.`);
      return;
    }
    this.#tags.push(tag);
    this.#field.before(el("span", { class: "tag" }, tag,
      el("button", { type: "button", "aria-label": `Remove tag ${tag}`, "data-remove-tag": tag }, icon("x"))));
    this.#changed(`Tag ${tag} added`);
  }

  #remove(tag) {
    this.#tags = this.#tags.filter((other) => other !== tag);
    this.querySelector(`[data-remove-tag="${CSS.escape(tag)}"]`)?.parentElement.remove();
    this.#changed(`Tag ${tag} removed`);
  }

  #changed(words) {
    this.#value.value = this.#tags.join(",");
    for (const button of this.querySelectorAll("button[data-tag]")) button.hidden = this.#tags.includes(button.dataset.tag);
    this.#say(`${words}, ${plural(this.#tags.length, "tag", "tags")}`);
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #say(words) {
    this.#status.textContent = words;
  }
}

if (!customElements.get("tag-input")) customElements.define("tag-input", TagInput);
