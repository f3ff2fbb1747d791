/**
 * Tells how far a person has really read: the message was in view of a page that was visible and had the focus.
 *
 * Called by elements/message-log.js. Must not guess: a background tab or a log scrolled up reads nothing.
 */

export class ReadTracker {
  #onRead;
  #seen = 0;
  #observer = new IntersectionObserver((entries) => this.#crossed(entries), { threshold: 0.5 });
  #inView = new Set();
  #leaving = new AbortController();

  constructor(onRead) {
    this.#onRead = onRead;
    const { signal } = this.#leaving;
    addEventListener("focus", this.#look, { signal });
    document.addEventListener("visibilitychange", this.#look, { signal });
  }

  disconnect() {
    this.#observer.disconnect();
    this.#inView.clear();
    this.#leaving.abort();
  }

  watch(item) {
    this.#observer.observe(item);
  }

  #crossed(entries) {
    for (const { target, isIntersecting, boundingClientRect, rootBounds } of entries) {
      const tall = rootBounds && boundingClientRect.height > rootBounds.height;
      if (isIntersecting || (tall && boundingClientRect.bottom <= rootBounds.bottom)) this.#inView.add(target);
      else this.#inView.delete(target);
    }
    this.#look();
  }

  #look = () => {
    if (document.visibilityState !== "visible" || !document.hasFocus()) return;
    let furthest = this.#seen;
    for (const item of this.#inView) {
      furthest = Math.max(furthest, Number(item.dataset.sequence) || 0);
      this.#observer.unobserve(item);
    }
    this.#inView.clear();
    if (furthest === this.#seen) return;
    this.#seen = furthest;
    this.#onRead(furthest);
  };
}
