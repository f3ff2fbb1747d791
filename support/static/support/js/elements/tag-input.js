/**
 * <tag-input data-most="10" data-longest="40"><input class="input" name="tags" value="logbook, export">
 *   <div data-suggestions hidden><button class="tag" type="button" data-tag="AHPRA">…</button></div></tag-input>
 *
 * Without script: one field of tags with commas between. With it: chips. Enter or comma adds, Backspace in an empty
 * field removes the last, a [data-tag] button adds its tag. The form still posts one field, with commas between.
 */

import { el, icon } from "./dom.js";
import { plural, t } from "../words.js";

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
    const suggestions = this.querySelector("[data-suggestions]");
    if (suggestions) suggestions.hidden = false;
    this.#field.placeholder = this.dataset.placeholder ?? this.#field.placeholder;
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

  /** All of them anew, from a draft: "logbook,export". Says nothing. */
  replace(line) {
    for (const tag of this.tags) this.#remove(tag);
    for (const tag of line.split(",")) this.#add(tag);
    this.#say("");
  }

  #pressed(event) {
    if (event.key === "Enter" && !event.isComposing && event.keyCode !== 229) {
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
    if (suggestion) this.#suggested(suggestion);
    if (removal) this.#remove(removal.dataset.removeTag);
    if (removal || target.classList.contains("tag-input")) this.#field.focus();
  }

  /** The button goes; the focus goes on to the next one, else back to the field. */
  #suggested(button) {
    this.#add(button.dataset.tag);
    if (!button.hidden) return;
    const rest = [...this.querySelectorAll("button[data-tag]:not([hidden])")];
    (rest.find((other) => button.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) ?? this.#field).focus();
  }

  #add(text) {
    const tag = clean(text, Number(this.dataset.longest) || 40);
    const max = Number(this.dataset.most) || 10;
    if (!tag || this.#tags.some((other) => other.toLowerCase() === tag.toLowerCase())) return;
    if (this.#tags.length >= max) {
      this.#say(plural(max, "You can add {n} tag.", "You can add up to {n} tags."));
      return;
    }
    this.#tags.push(tag);
    this.#field.before(el("span", { class: "tag" }, tag,
      el("button", { type: "button", "aria-label": t("Remove tag {tag}", { tag }), "data-remove-tag": tag }, icon("x"))));
    this.#changed(plural(this.#tags.length, "Tag {tag} added, {n} tag", "Tag {tag} added, {n} tags", { tag }));
  }

  #remove(tag) {
    this.#tags = this.#tags.filter((other) => other !== tag);
    this.querySelector(`[data-remove-tag="${CSS.escape(tag)}"]`)?.parentElement.remove();
    this.#changed(plural(this.#tags.length, "Tag {tag} removed, {n} tag", "Tag {tag} removed, {n} tags", { tag }));
  }

  #changed(words) {
    this.#value.value = this.#tags.join(",");
    for (const button of this.querySelectorAll("button[data-tag]")) button.hidden = this.#tags.includes(button.dataset.tag);
    this.#say(words);
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #say(words) {
    this.#status.textContent = words;
  }
}

if (!customElements.get("tag-input")) customElements.define("tag-input", TagInput);
