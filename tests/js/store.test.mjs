/** What React's useSyncExternalStore asks of a store, asked as React does: before and after each commit. */

import assert from "node:assert/strict";

import { inWorld, pass, words } from "./harness.mjs";

/** A component: renders the snapshot, subscribes, and renders again only when it is told of another one. */
function mount(store) {
  const rendered = [store.getSnapshot()];
  assert.equal(store.getSnapshot(), rendered[0], "a snapshot that is new on every call renders for ever");
  const leave = store.subscribe(() => {
    const next = store.getSnapshot();
    assert.equal(store.getSnapshot(), next);
    if (!Object.is(next, rendered.at(-1))) rendered.push(next);
  });
  return { rendered, leave };
}

inWorld("a thread is such a store: frozen snapshots, one render per change, none after leaving", async ({ server }, page) => {
  const { subscribe, getSnapshot } = page; // React calls them without their object
  const view = mount({ subscribe, getSnapshot });
  server.write("Hi Amira");
  await pass(50);
  assert.deepEqual(view.rendered.at(-1).messages.map((message) => message.message), ["Hi Amira"]);
  assert.equal(view.rendered.at(-1), getSnapshot());
  assert.ok(view.rendered.every((snapshot) => Object.isFrozen(snapshot)));
  const [known] = view.rendered.at(-1).messages;
  const count = view.rendered.length;
  await pass(1_000, 50);
  assert.equal(view.rendered.length, count);
  view.leave();
  server.write("Still there?");
  await pass(50);
  assert.equal(view.rendered.length, count);
  assert.deepEqual([words(page), getSnapshot().messages[0]], [["Hi Amira", "Still there?"], known]);
});
