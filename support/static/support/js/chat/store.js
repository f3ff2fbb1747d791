/**
 * The smallest external store: subscribe and getSnapshot, as React's useSyncExternalStore wants them.
 *
 * `onFirst` runs when the first listener comes, `onLast` a second after the last one left (a page that swaps one
 * view for another does not reconnect). `Listeners` hear of what happens once, by type. Called by the chat, status and
 * notification stores; `patched` by the reducer, too.
 */

const LINGER = 1_000;

/** The state with these members; the same one, identical, when none of them is new. */
export const patched = (state, patch) =>
  (Object.keys(patch).every((key) => Object.is(patch[key], state[key])) ? state : { ...state, ...patch });

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
    const next = patched(snapshot, patch);
    if (next === snapshot) return;
    snapshot = Object.freeze(next);
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
