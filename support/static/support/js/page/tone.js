/**
 * A short tone, made here: two soft notes, a fifth apart. Off unless the person asked for it.
 *
 * A browser lets a page sound only after it was touched; before that nothing is heard, and nothing fails.
 */

const NOTES = [{ at: 0, pitch: 587 }, { at: 0.12, pitch: 880 }];
const LASTS = 0.22;
const LOUD = 0.08;

let context = null;

export async function playTone(env = globalThis) {
  if (!env.AudioContext) return;
  context ??= new env.AudioContext();
  await context.resume();
  if (context.state !== "running") return;
  for (const { at, pitch } of NOTES) note(context.currentTime + at, pitch);
}

function note(start, pitch) {
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(LOUD, start + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.001, start + LASTS);
  tone.connect(loudness).connect(context.destination);
  tone.start(start);
  tone.stop(start + LASTS);
}
