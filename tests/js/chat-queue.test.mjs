/** Waiting for an agent: the place, the usual wait, and what to do when nobody is there. */

import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { Node } from "./page.mjs";

const BEGIN = Date.parse("2026-03-10T00:24:00Z");
mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: BEGIN });
mock.method(globalThis, "fetch", () => new Promise(() => {})); // the status is what its frames say
const { ChatQueue, queueWords } = await import("../../support/static/support/js/elements/chat-queue.js");
const { useSupportStatus } = await import("../../support/static/support/js/useSupportStatus.js");

const PROMISE = "We’ll reply by email by 9:00 am.";
const since = (seconds) => new Date(BEGIN - seconds * 1_000).toISOString();
const chat = (position, wait, waited = 0) => ({
  id: "c1", state: "waiting", position, expected_wait: wait, created_at: since(waited),
});
const said = (row, more = {}) => queueWords({ chat: row, availability: "online", promise: PROMISE, now: BEGIN, ...more });

// As support/waits.py says it without script: tests/support/test_waits.py has the same table.
for (const [position, wait, words] of [
  [1, 120, "You’re next. Usually about 2 minutes."],
  [1, null, "You’re next."],
  [2, 300, "1 person is ahead of you. Usually about 5 minutes."],
  [3, null, "2 people are ahead of you."],
  [4, 7_200, "3 people are ahead of you. Usually about 2 hours."],
]) {
  test(`place ${position} with ${wait} seconds: ${words}`, () => {
    assert.deepEqual(said(chat(position, wait)), { text: words, leave: false });
  });
}

test("a minute and an hour are said in the singular, and what is begun counts whole", () => {
  const waits = [60, 61, 3_599, 3_600, 3_601].map((wait) => said(chat(1, wait)).text.replace("You’re next. ", ""));
  assert.deepEqual(waits, [
    "Usually about 1 minute.", "Usually about 2 minutes.", "Usually about 60 minutes.", "Usually about 1 hour.",
    "Usually about 2 hours.",
  ]);
});

test("a place that is not known yet promises nobody ahead", () => {
  assert.equal(said(chat(null, null)).text, "You’re next.");
});

test("once the usual wait has passed, that is said, and not a moment before", () => {
  assert.equal(said(chat(2, 120, 120)).text, "1 person is ahead of you. Usually about 2 minutes.");
  assert.equal(said(chat(2, 120, 121)).text, "1 person is ahead of you. This is taking longer than usual.");
});

test("an agent who is away for a moment is said, and waiting goes on", () => {
  assert.deepEqual(said(chat(1, 120), { availability: "away" }), {
    text: "You’re next. Usually about 2 minutes. Support is away for a moment.", leave: false,
  });
});

test("when everybody has left, leaving a ticket is the thing to do, whatever the place", () => {
  const left = said(chat(3, 300, 900), { availability: "offline" });
  assert.deepEqual(left, { text: `Everybody has left for now, and your message is safe. ${PROMISE}`, leave: true });
  const unpromised = said(chat(1, null), { availability: "offline", promise: "" });
  assert.equal(unpromised.text, "Everybody has left for now, and your message is safe.");
});

test("the panel shows it while the chat waits, and says it again only when it changed", () => {
  const [words, button] = [new Node(), new Node()];
  const place = new Node({ "[data-queue-words]": words, button }, { hidden: true });
  useSupportStatus().apply({ is_online: true, availability: "online" });
  const queue = new ChatQueue(() => place);
  assert.equal(place.hidden, true);

  queue.about(chat(2, 120));
  assert.deepEqual([place.hidden, place.dataset.tone, words.textContent, button.textContent], [
    false, "info", "1 person is ahead of you. Usually about 2 minutes.", "Stop waiting",
  ]);
  queue.about(chat(2, 120));
  mock.timers.tick(30_000);
  assert.equal(words.written, 1);

  mock.timers.tick(105_000); // by itself, within a quarter of a minute
  assert.equal(words.textContent, "1 person is ahead of you. This is taking longer than usual.");

  useSupportStatus().apply({ is_online: false, availability: "offline", promise: PROMISE });
  assert.deepEqual([place.dataset.tone, button.textContent], ["warning", "Leave it as a ticket"]);
  assert.equal(words.textContent, `Everybody has left for now, and your message is safe. ${PROMISE}`);

  queue.about({ ...chat(null, null), state: "active" });
  assert.equal(place.hidden, true);
  queue.about(null);
  assert.equal(place.hidden, true);
});
