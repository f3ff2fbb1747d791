/**
 * Joining runs of stored messages into a view without holes. Pure; the hard half of chat/reducer.js.
 *
 * A run is sorted by sequence and has no hole in itself (the server's answers are such). Known ids are dropped,
 * and of two messages with one sequence the first stays. A stub (`stub: true`, made from server-rendered markup)
 * gives way to the real thing.
 */

import { patched } from "./store.js";

function merge(known, run) {
  if (known.length && run[0].sequence > known.at(-1).sequence) return [...known, ...run];
  const bySequence = new Map(known.map((message) => [message.sequence, message]));
  const ids = new Map(known.map((message) => [message.id, message]));
  let changed = false;
  for (const message of run) {
    const there = ids.get(message.id) ?? bySequence.get(message.sequence);
    if (there && !(there.stub && there.id === message.id && !message.stub)) continue;
    bySequence.set(message.sequence, message);
    ids.set(message.id, message);
    changed = true;
  }
  return changed ? [...bySequence.values()].sort((a, b) => a.sequence - b.sequence) : known;
}

/** Move what became reachable from `ahead` into the view. */
function absorb(state) {
  let { reached } = state;
  const now = [];
  for (const message of state.ahead) {
    if (message.sequence > reached + 1) break;
    now.push(message);
    reached = Math.max(reached, message.sequence);
  }
  if (!now.length) return state;
  return { ...state, reached, messages: merge(state.messages, now), ahead: state.ahead.slice(now.length) };
}

function hold(state, run) {
  return patched(state, { ahead: merge(state.ahead, run), last: Math.max(state.last, run.at(-1).sequence) });
}

/** Start the view anew with this run: the first answer, or the tail after too long an absence. */
function adopt(state, run) {
  const reached = Math.max(run.at(-1).sequence, state.messages.length ? 0 : state.reached);
  const last = Math.max(state.last, reached);
  const ahead = state.ahead.filter((message) => message.sequence > run.at(-1).sequence);
  const stubs = new Map(state.messages.map((message) => [message.id, message]));
  const messages = run.map((message) => (message.stub ? (stubs.get(message.id) ?? message) : message));
  return absorb({ ...state, messages, ahead, reached, last, exhausted: false });
}

/**
 * Add messages next to the view, or keep them in `ahead` if there is a hole before them. `held`: keep them in any
 * case (nothing is shown before the first history).
 */
export function join(state, run, { held = false } = {}) {
  const first = state.messages[0]?.sequence ?? state.reached + 1;
  const fresh = run.filter((message) => message.sequence >= first);
  if (!fresh.length) return state; // stored long ago, before what this page shows
  if (held || fresh[0].sequence > state.reached + 1) return hold(state, fresh);
  const messages = merge(state.messages, fresh);
  const reached = Math.max(state.reached, fresh.at(-1).sequence);
  const joined = patched(state, { messages, reached, last: Math.max(state.last, reached) });
  return joined === state ? state : absorb(joined);
}

function earlier(state, run) {
  if (run.at(-1).sequence < state.messages[0].sequence - 1) return state; // an answer to an old question
  return { ...state, messages: merge(state.messages, run) };
}

/**
 * Put an answer's run where it belongs. `answer`: "snapshot" (on connect), "resume", "earlier", or "seed" (from the
 * page's own markup). A resume's answer is the last word: whatever it leaves out does not exist.
 */
export function place(state, run, { answer, limited = false, window = 200 }) {
  if (!run.length) return absorb(state);
  if (!state.messages.length && (!state.loaded || state.reached === 0)) return adopt(state, run);
  const [first, end] = [run[0].sequence, run.at(-1).sequence];
  if (answer === "earlier" || (state.messages.length && end < state.messages[0].sequence)) {
    return state.messages.length ? absorb(earlier(state, run)) : adopt(state, run);
  }
  const hole = first - state.reached - 1;
  if (hole > 0 && answer === "resume") return limited ? adopt(state, run) : absorb(bridge(state, run));
  if (hole > window) return adopt(state, run);
  const overlap = state.messages.length ? state.messages[0].sequence : 0;
  const before = run.filter((message) => message.sequence < overlap);
  const grown = before.length ? { ...state, messages: merge(state.messages, before) } : state;
  return join(grown, run);
}

function bridge(state, run) {
  const reached = run.at(-1).sequence;
  const ahead = state.ahead.filter((message) => message.sequence > reached);
  const skipped = state.ahead.filter((message) => message.sequence <= reached);
  const messages = merge(state.messages, [...skipped, ...run]);
  return { ...state, messages, ahead, reached, last: Math.max(state.last, reached) };
}
