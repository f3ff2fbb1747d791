/** words.js: without a catalogue the English key is the sentence, with its values in their places; what a notice is called. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { noticeTitle } from "../../support/static/support/js/page/notice-words.js";
import { plural, t } from "../../support/static/support/js/words.js";

test("a sentence takes its values, and keeps what it was not given", () => {
  assert.equal(t("{name} is typing…", { name: "Ben" }), "Ben is typing…");
  assert.equal(t("{name} is typing…"), "{name} is typing…");
});

test("one and many are told apart, and the number is among the values", () => {
  assert.equal(plural(1, "{n} unread reply", "{n} unread replies"), "1 unread reply");
  assert.equal(plural(0, "{n} unread reply", "{n} unread replies"), "0 unread replies");
  assert.equal(plural(12, "{n} unread reply", "{n} unread replies"), "12 unread replies");
});

test("a notice is worded by the page, and keeps the server’s title when the page does not know what it says", () => {
  const frame = { reference: "PP-1042", brand: "PsychPATH", title: "As the worker said it" };
  assert.equal(noticeTitle({ ...frame, says: "replied", who: "Ben" }), "Ben replied to PP-1042");
  assert.equal(noticeTitle({ ...frame, says: "noted", who: "" }), "PsychPATH Support left an internal note on PP-1042");
  assert.equal(noticeTitle({ ...frame, says: "of next year", who: "Ben" }), "As the worker said it");
});
