/**
 * Hands: when somebody last touched this page. Pointer, keys, wheel, touch, and coming back to the tab; listened to
 * passively and taken note of at most once a second, so that it costs nothing while somebody moves the mouse.
 *
 *   const hands = watchHands(env, (at) => …);     at: milliseconds since the epoch
 *   hands.stop()
 */

const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];
const CALM = 1_000;

export function watchHands(env, touched) {
  let last = 0;
  const note = () => {
    const now = Date.now();
    if (now - last < CALM) return;
    last = now;
    touched(now);
  };
  const seen = () => {
    if (env.document.visibilityState === "visible") note();
  };
  const leaving = new AbortController();
  const { signal } = leaving;
  for (const type of INPUTS) env.addEventListener?.(type, note, { passive: true, capture: true, signal });
  env.document?.addEventListener("visibilitychange", seen, { signal });
  return { stop: () => leaving.abort() };
}
