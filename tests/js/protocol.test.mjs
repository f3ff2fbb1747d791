/** The small pure parts: back-off, close codes, texts, questions, banners, dates, subjects. */

import assert from "node:assert/strict";
import test from "node:test";

import { backOff, closePolicy, newId, refusalOf } from "../../support/static/support/js/chat/protocol.js";
import { Questions } from "../../support/static/support/js/chat/questions.js";
import { createStore } from "../../support/static/support/js/chat/store.js";
import { choose } from "../../support/static/support/js/elements/connection-banner.js";
import { SentLate } from "../../support/static/support/js/elements/sent-late.js";
import { clock, dayWords, rowWords } from "../../support/static/support/js/elements/dates.js";
import { typingWords } from "../../support/static/support/js/elements/typing-line.js";
import { subjectOf } from "../../support/static/support/js/elements/subject.js";

test("back-off doubles from half a second to fifteen, its upper half random", () => {
  const least = [0, 1, 2, 3, 4, 5, 6, 20].map((attempt) => backOff(attempt, () => 0));
  const most = [0, 1, 2, 3, 4, 5, 6, 20].map((attempt) => backOff(attempt, () => 1));
  assert.deepEqual(least, [250, 500, 1000, 2000, 4000, 7500, 7500, 7500]);
  assert.deepEqual(most, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test("close codes say whether to come back, and when", () => {
  assert.deepEqual([4401, 4404, 4408].map((code) => closePolicy(code).stop), ["signed-out", "not-found", "ended"]);
  assert.deepEqual([1000, 1001, 1006, 1011, 1012, 4409].map((code) => closePolicy(code).stop), Array(6).fill(undefined));
  assert.deepEqual([closePolicy(4429).wait, closePolicy(4429, "3.5").wait, closePolicy(1013).wait], [10_000, 3_500, 3_000]);
  assert.deepEqual([closePolicy(4413).tooLarge, closePolicy(1009).tooLarge], [true, true]);
});

test("a text is counted in code points, and refused for NUL and lone surrogates", () => {
  assert.equal(refusalOf("🎉".repeat(10_000)), "");
  assert.match(refusalOf("🎉".repeat(10_001)), /1 character too long/);
  assert.match(refusalOf("\ude00\ud83d"), /can’t accept/);
  assert.equal(refusalOf("نعم ✓ e\u0301".repeat(3)), "");
});

test("ids are version 4 UUIDs, with and without randomUUID", () => {
  const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const { crypto } = globalThis;
  assert.match(newId(), shape);
  Object.defineProperty(globalThis, "crypto", { configurable: true, value: { getRandomValues: (array) => crypto.getRandomValues(array) } });
  assert.match(newId(), shape);
  Object.defineProperty(globalThis, "crypto", { configurable: true, value: crypto });
});

test("answers that overtake each other are told apart by what they repeat", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = [];
  const questions = new Questions({ ask: (frame) => asked.push(frame.type), onSilence: () => {} });
  questions.open();
  questions.gap(() => ({ after: 7, last: 9, revision: 0 }));
  questions.earlier(3);
  t.mock.timers.tick(200);
  assert.deepEqual(asked, ["history", "resume"]);
  assert.deepEqual([questions.answered({ after: 7 }), questions.isAsking("earlier")], ["resume", true]);
  assert.deepEqual([questions.answered({ before: 3 }), questions.isAsking("earlier")], ["earlier", false]);
});

test("a store tells of changes only, and sleeps a while after the last listener", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const told = [];
  const store = createStore({ a: 1 }, { onFirst: () => told.push("first"), onLast: () => told.push("last") });
  const leave = store.subscribe(() => told.push(store.getSnapshot().a));
  store.publish({ a: 1 });
  store.publish({ a: 2 });
  leave();
  t.mock.timers.tick(500);
  const again = store.subscribe(() => {});
  t.mock.timers.tick(5_000);
  again();
  t.mock.timers.tick(1_000);
  assert.deepEqual(told, ["first", 2, "last"]);
});

const calm = { connection: "open", pending: 0, offlineSince: null, waitUntil: null, error: null };
const memory = { now: 100_000, email: "help@psychpath.test", signIn: "/in", sent: 0 };
const sentence = (snapshot, more = {}) => {
  const banner = choose({ ...calm, ...snapshot }, { ...memory, ...more });
  return banner && `${banner.strong ?? ""} ${banner.text}`.trim();
};

test("one banner at a time says what the connection means", () => {
  assert.equal(sentence({}), null);
  assert.equal(sentence({ connection: "reconnecting", offlineSince: 99_900, pending: 1 }), null);
  const away = { connection: "reconnecting", offlineSince: 95_000 };
  assert.equal(sentence({ ...away, pending: 1 }), "Reconnecting… 1 message is waiting to send.");
  assert.equal(sentence({ ...away, pending: 2 }), "Reconnecting… 2 messages are waiting to send.");
  assert.equal(sentence({ connection: "reconnecting", offlineSince: 40_000 }),
    "We can’t connect right now. Your messages are saved on this device. You can also email help@psychpath.test.");
  assert.equal(sentence({ connection: "signed-out" }), "You’ve been signed out. Sign in again and your draft will be here.");
  assert.equal(sentence({ error: { code: "too-fast" }, waitUntil: 104_200 }),
    "You’re sending messages quickly. You can send again in 5 seconds.");
  assert.equal(sentence({}, { sent: 2 }), "Back online. 2 messages sent.");
});

test("what was sent late is counted once all of it is through, and told for a moment", () => {
  const late = new SentLate();
  const looks = [["open", 1, 0], ["reconnecting", 2, 1_000], ["polling", 1, 2_000], ["open", 1, 3_000], ["open", 0, 4_000],
    ["open", 0, 7_999], ["open", 0, 8_000], ["open", 0, 9_000]];
  assert.deepEqual(looks.map(([connection, pending, now]) => late.look({ connection, pending }, now)), [0, 0, 0, 0, 2, 2, 0, 0]);
});

test("who is typing, in words", () => {
  assert.equal(typingWords([]), "");
  assert.equal(typingWords([{ name: "Ben" }]), "Ben is typing…");
  assert.equal(typingWords([{ name: "Ben" }, { name: "Chen Li" }]), "Ben and Chen are typing…");
});

test("times in the reader's zone, as the server writes them", () => {
  globalThis.document = { body: { dataset: { timeZone: "Australia/Melbourne" } } };
  const now = new Date("2026-03-10T02:00:00Z");
  const at = (text) => new Date(text);
  assert.equal(clock(at("2026-03-09T23:24:00Z")), "10:24 am");
  assert.equal(clock(at("2026-03-10T01:05:00Z")), "12:05 pm");
  assert.deepEqual(["2026-03-09T23:24:00Z", "2026-03-09T01:00:00Z", "2026-03-02T01:00:00Z", "2025-06-03T01:00:00Z"]
    .map((text) => dayWords(at(text), now)), ["Today", "Yesterday", "Monday 2 March", "Tuesday 3 June 2025"]);
  assert.deepEqual(["2026-03-09T23:24:00Z", "2026-03-09T01:00:00Z", "2026-03-06T01:00:00Z", "2026-02-26T01:00:00Z", "2025-06-03T01:00:00Z"]
    .map((text) => rowWords(at(text), now)), ["10:24 am", "Yesterday", "Fri", "26 Feb", "3 Jun 2025"]);
  delete globalThis.document;
});

test("a subject is the first line, cut at a word", () => {
  assert.equal(subjectOf("  My export is missing a week\nand more"), "My export is missing a week");
  assert.equal(subjectOf("Week 14\t0 hours\r\nand more"), "Week 14 0 hours");
  assert.equal(subjectOf("One line\u2028another"), "One line");
  const cut = subjectOf(`${"word ".repeat(30)}end`);
  assert.equal(cut.endsWith("word…") && [...cut].length <= 80, true);
});
