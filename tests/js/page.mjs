/** A page with just what a module asks of one: nodes found by a selector, text, attributes, events. Not a browser. */

export class Node extends EventTarget {
  dataset = {};
  textContent = "";
  hidden = false;
  children = [];
  written = 0; // how often the text was set: a live region repeats what is set
  #found;

  /** `found`: {selector: node}. */
  constructor(found = {}, more = {}) {
    super();
    this.#found = found;
    Object.assign(this, more);
    let text = this.textContent;
    Object.defineProperty(this, "textContent", {
      get: () => text,
      set: (value) => {
        text = value;
        this.written += 1;
      },
    });
  }

  querySelector(selector) {
    return this.#found[selector] ?? null;
  }

  setAttribute(name, value) {
    this[name] = value;
  }

  append(...nodes) {
    this.children.push(...nodes);
  }
}

/** The page itself: `shown` says what stands on it, by selector. */
export class Page extends Node {
  body = new Node();
  documentElement = { lang: "en-AU" };
  shown = {};

  querySelectorAll(selector) {
    return this.shown[selector] ?? [];
  }

  getElementById() {
    return null;
  }

  createElement() {
    return new Node();
  }
}
