/**
 * "Priya is typing…" under the log: shown at once, announced at most once in 10 s. Loaded by message-log.js with the first.
 */

import { lang } from "./dates.js";
import { el, setText } from "./dom.js";
import { t } from "../words.js";

const ANNOUNCE_EVERY = 10_000;

const firstName = (person) => (person.first_name || person.name || t("Support")).split(" ")[0];

export function typingWords(people) {
  const names = people.map(firstName);
  if (!names.length) return "";
  if (names.length === 1) return t("{name} is typing…", { name: names[0] });
  return t("{names} are typing…", { names: new Intl.ListFormat(lang).format(names) });
}

export class TypingLine {
  #line;
  #status = el("span", { class: "sr-only", role: "status" });
  #announcedAt = -ANNOUNCE_EVERY;

  constructor(line) {
    this.#line = line;
    line?.after(this.#status);
  }

  show(people) {
    if (!this.#line) return;
    const words = typingWords(people);
    this.#line.hidden = !words;
    if (!words) return;
    setText(this.#line.querySelector("[data-typing-words]"), words);
    if (performance.now() - this.#announcedAt < ANNOUNCE_EVERY) return;
    this.#announcedAt = performance.now();
    this.#status.textContent = words;
  }

  disconnect() {
    this.#status.remove();
  }
}
