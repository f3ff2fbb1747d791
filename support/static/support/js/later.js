/**
 * Parts of a page that are loaded when they are needed: later(() => import("./x.js")) is a function that loads them.
 *
 * Every call gives the same promise; after a failure (no network just then) the next call tries again.
 */

/** When the browser has nothing better to do; where it does not say, a second from now. */
export const whenIdle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 1_000));

export function later(load) {
  let loading = null;
  return () => {
    loading ??= load().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}
