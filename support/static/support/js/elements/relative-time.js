/**
 * <relative-time><time datetime="…">10:24 am</time></relative-time>: keeps a row's time right as the day passes.
 *
 * One timer for all of them. The server's own words stand until they would change.
 */

import { fullWords, rowWords } from "./dates.js";
import { setText } from "./dom.js";

const EVERY = 60_000;
const live = new Set();
let timer = null;

export class RelativeTime extends HTMLElement {
  connectedCallback() {
    live.add(this);
    timer ??= setInterval(() => live.forEach((element) => element.update()), EVERY);
    this.update();
  }

  disconnectedCallback() {
    live.delete(this);
    if (live.size) return;
    clearInterval(timer);
    timer = null;
  }

  update() {
    const time = this.querySelector("time");
    const at = new Date(time?.dateTime ?? "");
    if (Number.isNaN(at.getTime())) return;
    setText(time, rowWords(at));
    time.title ||= fullWords(at);
  }
}

if (!customElements.get("relative-time")) customElements.define("relative-time", RelativeTime);
