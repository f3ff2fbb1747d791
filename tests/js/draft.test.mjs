/** Words that stood in the composer before its script did: kept, but not once they are in the thread. */

import assert from "node:assert/strict";
import test from "node:test";

import { Page } from "./page.mjs";

const kept = new Map();
const storage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key),
};
const page = new EventTarget();
const thread = new Set(); // ids of the messages that are shown
const shown = Object.assign(new Page(), { querySelector: (selector) => thread.has(selector.slice(10, -2)) || null });
Object.assign(globalThis, {
  document: shown, localStorage: storage, addEventListener: page.addEventListener.bind(page),
  removeEventListener: page.removeEventListener.bind(page),
});
const { Draft } = await import("../../support/static/support/js/elements/draft.js");
const { newItem } = await import("../../support/static/support/js/chat/outbox.js");

const WORDS = "Week 14 is missing.";

/** A page with a composer in which `value` stands, and which posts under `id`; `rendered`: by the server. */
function open({ value = "", id = "first", rendered = false } = {}) {
  const form = { elements: id ? { id: { value: id } } : {} };
  const field = Object.assign(new EventTarget(), { value, defaultValue: rendered ? value : "", form });
  const draft = new Draft(field, "amira:t1");
  const leave = () => {
    page.dispatchEvent(new Event("pagehide"));
    draft.disconnect();
  };
  return { field, draft, leave };
}

function begin(name, body) {
  test(name, () => {
    kept.clear();
    thread.clear();
    body();
  });
}

begin("words that were posted without script are not restored beside the message that they became", () => {
  open({ value: WORDS }).leave();
  thread.add("first");
  const { field, leave } = open({ id: "second" });
  assert.equal(field.value, "");
  leave();
  assert.deepEqual([...kept], []);
});

begin("words that were typed before the script came and never posted are restored", () => {
  open({ value: WORDS }).leave();
  assert.equal(open({ id: "second" }).field.value, WORDS);
});

begin("what may have been posted is sent under the same id, on the next page too, until it is changed", () => {
  const before = open({ value: WORDS });
  assert.equal(before.draft.id, "first");
  before.leave();
  const { field, draft } = open({ id: "second" });
  assert.equal(draft.id, "first");
  field.value += " Thank you.";
  assert.equal(draft.id, "");
});

begin("words that were changed after Send are kept whole", () => {
  const { field, leave } = open({ value: WORDS });
  field.value = `${WORDS} And week 15.`;
  leave();
  thread.add("first");
  assert.equal(open({ id: "second" }).field.value, `${WORDS} And week 15.`);
});

begin("the same words once more, after they were sent, are another message", () => {
  const { field, draft } = open({ value: WORDS });
  draft.clear();
  field.value = WORDS;
  assert.equal(draft.id, "");
  assert.notEqual(newItem({ me: {}, text: WORDS, id: draft.id }).id, newItem({ me: {}, text: WORDS, id: draft.id }).id);
});

begin("what the server sent back to be mended stays, under the id of its form", () => {
  open({ value: WORDS }).leave();
  const { field, draft, leave } = open({ value: WORDS, id: "other", rendered: true });
  assert.deepEqual([field.value, draft.id], [WORDS, "other"]);
  leave();
  assert.equal(open({ id: "third" }).field.value, WORDS);
});

begin("what the browser put back after a reload was posted by the page before", () => {
  open({ value: WORDS }).leave();
  const again = open({ value: WORDS, id: "second" });
  assert.equal(again.draft.id, "first");
  again.leave();
  thread.add("first");
  assert.equal(open({ value: WORDS, id: "third" }).field.value, "");
});

begin("a draft from before is not taken for words that were typed since", () => {
  const { field, leave } = open();
  field.value = "Something older";
  leave();
  open({ value: WORDS, id: "second" }).leave();
  assert.equal(kept.get("psychpath:draft:amira:t1:id"), "second");
  thread.add("second");
  assert.equal(open({ id: "third" }).field.value, "");
});

begin("a draft that was typed beside the script has no id, and the note none of the reply's", () => {
  const { field, draft, leave } = open();
  field.value = WORDS;
  field.dispatchEvent(new Event("blur"));
  assert.deepEqual([...kept], [["psychpath:draft:amira:t1", WORDS]]);
  leave();
  const agents = open({ value: "Posted", id: "second" });
  agents.draft.turnTo("amira:t1:note");
  assert.deepEqual([agents.field.value, agents.draft.id || ""], ["", ""]);
  agents.draft.turnTo("amira:t1");
  assert.deepEqual([agents.field.value, agents.draft.id], ["Posted", "second"]);
  assert.equal(draft.id || "", "");
});

begin("a form without an id keeps its words as ever", () => {
  open({ value: WORDS, id: "" }).leave();
  assert.equal(open({ id: "" }).field.value, WORDS);
});
