/**
 * Follows a conversation that is at its end, and leaves a reader of its history in peace.
 *
 * Works whether the log scrolls or the whole page does (then the sticky composer ends what is visible). Never moves
 * the page on its own when the reader scrolled up: it counts, and the jump pill says so. Who reads backwards in a log
 * that scrolls is given what is earlier before they reach its top (`onTop`). Called by message-log.js.
 */

import { plural, t } from "../words.js";
import { setText } from "./dom.js";

const NEAR = 48;
const FAR = 240;

export class ScrollKeeper {
  scrolls; // the log does, and not the page
  #log;
  #foot;
  #pill;
  #label;
  #onTop;
  #waiting = 0;
  #follow = true;
  #top = 0; // where the log was scrolled to
  #leaving = new AbortController();
  #observer = new ResizeObserver(() => this.#resized());

  constructor({ log, list, foot, pill, onTop }) {
    this.#log = log;
    this.#onTop = onTop;
    this.#foot = foot;
    this.#pill = pill;
    this.#label = pill?.querySelector("[data-label]");
    this.#observer.observe(list);
    this.#observer.observe(log);
    const { signal } = this.#leaving;
    document.addEventListener("scroll", this.#scrolled, { passive: true, capture: true, signal });
    pill?.addEventListener("click", this.toLatest, { signal });
    this.#look();
    this.#follow = this.scrolls || this.distance < NEAR;
    this.#paint();
  }

  disconnect() {
    this.#observer.disconnect();
    this.#leaving.abort();
  }

  /** Whether the log scrolls or the page. Has the browser lay them out: not while a list changes. */
  #look() {
    const { scrollHeight, clientHeight } = this.#log;
    this.scrolls = scrollHeight > clientHeight + 1 && getComputedStyle(this.#log).overflowY !== "visible";
  }

  /** How far the end of the conversation lies below what is visible. */
  get distance() {
    if (this.scrolls) return this.#log.scrollHeight - this.#log.clientHeight - this.#log.scrollTop;
    const foot = this.#foot?.getBoundingClientRect().top ?? innerHeight;
    return this.#log.getBoundingClientRect().bottom - Math.min(innerHeight, foot > 0 ? foot : innerHeight);
  }

  get #scroller() {
    return this.scrolls ? this.#log : document.scrollingElement;
  }

  toLatest = () => {
    this.#look(); // it may have been shown just now
    this.#waiting = 0;
    this.#scroller.scrollTop += Math.max(0, this.distance); // a log that is hidden, or not full yet, moves no page
    this.#follow = true;
    this.#paint();
  };

  /** To where reading goes on: this line at the top, or the end when all that follows it is in view. */
  toUnread(line) {
    this.#log.scrollTop += line.getBoundingClientRect().top - this.#log.getBoundingClientRect().top;
    this.#follow = this.distance < NEAR;
    this.#paint();
  }

  /**
   * Run a change of the list: follow when at the end, keep the place when something is put above it. Of a log that scrolls
   * nothing is asked meanwhile, or the browser would lay it out twice: the observer hears that it grew.
   */
  around(change, isAbove) {
    const isTold = this.scrolls && !isAbove;
    const fromEnd = isTold ? 0 : this.distance;
    const { own, others } = change();
    const goes = own || (this.#follow && (this.scrolls || (others && fromEnd < NEAR)));
    if (!goes) this.#waiting += others;
    if (isTold) this.#follow ||= goes;
    else if (goes) this.toLatest();
    else {
      if (isAbove) this.#scroller.scrollTop += this.distance - fromEnd;
      this.#paint();
    }
  }

  #scrolled = () => {
    const [before, { scrollTop, clientHeight }] = [this.#top, this.#log];
    this.#top = scrollTop;
    this.#follow &&= this.scrolls && scrollTop >= before; // it grew, of which the observer has not heard yet
    this.#follow ||= this.distance < NEAR;
    if (this.#follow) this.#waiting = 0;
    this.#paint();
    if (scrollTop < before && scrollTop < clientHeight) this.#onTop();
  };

  /** The composer grew, a picture loaded: the end stays in view if it was. */
  #resized() {
    this.#look();
    if (this.#follow && this.scrolls && this.distance > 0) this.toLatest();
    else this.#paint();
  }

  #paint() {
    if (!this.#pill) return;
    this.#pill.hidden = !(this.distance > FAR || (this.#waiting > 0 && this.distance > NEAR));
    const words = this.#waiting ? plural(this.#waiting, "{n} new message", "{n} new messages") : t("Jump to latest");
    setText(this.#label, words);
  }
}
