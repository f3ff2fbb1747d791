/**
 * The smallest external store: subscribe and getSnapshot, as React's useSyncExternalStore wants them.
 *
 * `onFirst` runs when the first listener comes, `onLast` a second after the last one left (a page that swaps one
 * view for another does not reconnect). `Listeners` hear of what happens once, by type. Called by the chat, status and
 * notification stores.
 */

const LINGER = 1_000;

export function createStore(initial, { onFirst = () => {}, onLast = () => {} } = {}) {
  let snapshot = Object.freeze(initial);
  let lingering = null;
  let awake = false;
  const listeners = new Set();

  function sleep() {
    if (listeners.size) return;
    awake = false;
    onLast();
  }

  function subscribe(listener) {
    listeners.add(listener);
    clearTimeout(lingering);
    if (!awake) {
      awake = true;
      onFirst();
    }
    return () => {
      listeners.delete(listener);
      clearTimeout(lingering);
      if (!listeners.size) lingering = setTimeout(sleep, LINGER);
    };
  }

  function publish(patch) {
    const changed = Object.keys(patch).some((key) => !Object.is(patch[key], snapshot[key]));
    if (!changed) return;
    snapshot = Object.freeze({ ...snapshot, ...patch });
    for (const listener of [...listeners]) listener();
  }

  return { subscribe, getSnapshot: () => snapshot, publish, isAwake: () => awake };
}

export class Listeners {
  #known = new Map();

  on = (type, listener) => {
    const known = this.#known.get(type) ?? new Set();
    this.#known.set(type, known.add(listener));
    return () => known.delete(listener);
  };

  tell(type, what) {
    for (const listener of this.#known.get(type) ?? []) listener(what);
  }
}
