/** What the tabs of one browser share: Web Locks and BroadcastChannels, as the standards have them, in the test's time. */

const UNDER_WAY = 1;

export class Browser {
  #locks = new Map(); // name -> [{tab, granted, settle, fail}], the first holds it
  #channels = new Set();
  #hung = new Map(); // tab -> what it has to hear and to say once it goes on

  tab() {
    return new Tab(this);
  }

  /** Its locks stay its own; words from it and for it wait, none is lost. */
  hang(tab) {
    if (!this.#hung.has(tab)) this.#hung.set(tab, []);
  }

  recover(tab) {
    const waiting = this.#hung.get(tab) ?? [];
    this.#hung.delete(tab);
    for (const act of waiting) act();
    for (const queue of this.#locks.values()) this.#grant(queue);
  }

  hangs(tab) {
    return this.#hung.has(tab);
  }

  #when(tab, act) {
    if (this.#hung.has(tab)) this.#hung.get(tab).push(act);
    else act();
  }

  /* ---- locks ---- */

  request(tab, name, { steal = false, signal }, use) {
    return new Promise((resolve, reject) => {
      const queue = this.#locks.get(name) ?? [];
      this.#locks.set(name, queue);
      const asked = { tab, use, resolve, reject, isHeld: false };
      const [lost] = steal ? queue.splice(0, queue[0]?.isHeld ? 1 : 0) : [];
      if (lost) this.#when(lost.tab, () => lost.reject(named("AbortError")));
      if (steal) queue.unshift(asked);
      else queue.push(asked);
      signal?.addEventListener("abort", () => {
        if (asked.isHeld || !queue.includes(asked)) return;
        queue.splice(queue.indexOf(asked), 1);
        reject(named("AbortError"));
      });
      setTimeout(() => this.#grant(queue), UNDER_WAY);
    });
  }

  #grant(queue) {
    const [first] = queue;
    if (!first || first.isHeld || this.hangs(first.tab)) return;
    first.isHeld = true;
    Promise.resolve(first.use({})).then((value) => {
      if (queue[0] !== first) return;
      queue.shift();
      first.resolve(value);
      this.#grant(queue);
    });
  }

  holder(name) {
    const [first] = this.#locks.get(name) ?? [];
    return first?.isHeld ? first.tab : null;
  }

  crash(tab) {
    this.#hung.delete(tab);
    for (const queue of this.#locks.values()) {
      for (const asked of queue.filter((each) => each.tab === tab)) queue.splice(queue.indexOf(asked), 1);
      setTimeout(() => this.#grant(queue), UNDER_WAY);
    }
    for (const channel of [...this.#channels].filter((each) => each.tab === tab)) channel.close();
  }

  /* ---- channels ---- */

  join(channel) {
    this.#channels.add(channel);
  }

  leave(channel) {
    this.#channels.delete(channel);
  }

  post(from, data) {
    this.#when(from.tab, () => {
      const others = [...this.#channels].filter((each) => each !== from && each.name === from.name);
      for (const other of others) setTimeout(() => this.#when(other.tab, () => this.#deliver(other, data)), UNDER_WAY);
    });
  }

  #deliver(channel, data) {
    if (this.#channels.has(channel)) channel.onmessage?.({ data });
  }
}

class Tab {
  document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  window = new EventTarget();
  #browser;

  constructor(browser) {
    this.#browser = browser;
  }

  get env() {
    const [tab, browser] = [this, this.#browser];
    class BroadcastChannel {
      constructor(name) {
        Object.assign(this, { name, tab });
        browser.join(this);
      }

      postMessage(data) {
        browser.post(this, structuredClone(data));
      }

      close() {
        browser.leave(this);
      }
    }
    const locks = { request: (name, options, use) => browser.request(tab, name, options, use) };
    return { navigator: { locks }, BroadcastChannel, document: this.document, window: this.window };
  }

  /** Closed by the browser, which takes back all it had. */
  crash() {
    this.#browser.crash(this);
  }

  look(state) {
    this.document.visibilityState = state;
    this.document.dispatchEvent(new Event("visibilitychange"));
  }

  lifecycle(type) {
    this.document.dispatchEvent(new Event(type));
  }
}

const named = (name) => Object.assign(new Error(name), { name });
