/** speaker.js: of several tabs one speaks, one in view before one behind, none when it is on a screen. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createSpeaker, PATIENCE } from "../../support/static/support/js/page/speaker.js";

/** Locks as a browser keeps them for all tabs of an origin, and a clock that goes when it is told to. */
function browser() {
  const held = new Set();
  const waiting = [];
  const locks = {
    async request(name, { ifAvailable }, use) {
      assert.equal(ifAvailable, true);
      if (held.has(name)) return use(null);
      held.add(name);
      await use({ name });
      held.delete(name);
      return undefined;
    },
  };
  const pause = (milliseconds) =>
    new Promise((resolve) => {
      waiting.push({ milliseconds, resolve });
    });
  async function pass(milliseconds) {
    for (const due of waiting.filter((each) => each.milliseconds <= milliseconds)) due.resolve();
    await new Promise(setImmediate);
  }
  return { tab: () => createSpeaker({ locks, pause }), pass };
}

async function heard(places) {
  const { tab, pass } = browser();
  const answers = places.map((place) => tab().claim("notice-1", place));
  for (const milliseconds of [300, 500, 1_000]) await pass(milliseconds);
  return Promise.all(answers);
}

test("one tab alone speaks, in view or not", async () => {
  assert.deepEqual(await heard(["focused"]), [true]);
  assert.deepEqual(await heard(["visible"]), [true]);
  assert.deepEqual(await heard(["hidden"]), [true]);
});

test("of two in view the one with the focus speaks, whichever heard first", async () => {
  assert.deepEqual(await heard(["visible", "focused"]), [false, true]);
  assert.deepEqual(await heard(["focused", "visible"]), [true, false]);
});

test("two windows side by side speak once", async () => {
  assert.equal((await heard(["visible", "visible", "visible"])).filter(Boolean).length, 1);
});

test("one behind is silent while one is in view, and of several behind one speaks", async () => {
  assert.deepEqual(await heard(["hidden", "visible"]), [false, true]);
  assert.equal((await heard(["hidden", "hidden"])).filter(Boolean).length, 1);
});

test("what is on a screen is said by nobody, though the other tab heard of it first", async () => {
  assert.deepEqual(await heard(["focused", "hidden", "shown"]), [false, false, false]);
  assert.ok(PATIENCE.shown < PATIENCE.focused);
});

test("the same notice twice is said once; another is another", async () => {
  const { tab, pass } = browser();
  const speaker = tab();
  const answers = [speaker.claim("a", "focused"), speaker.claim("a", "focused"), speaker.claim("b", "focused")];
  await pass(300);
  assert.deepEqual(await Promise.all(answers), [true, false, true]);
});

test("a browser without locks speaks in every tab that is in view", async () => {
  const pause = async () => {};
  const speaker = () => createSpeaker({ locks: null, pause });
  assert.equal(await speaker().claim("a", "visible"), true);
  assert.equal(await speaker().claim("a", "hidden"), false);
});
