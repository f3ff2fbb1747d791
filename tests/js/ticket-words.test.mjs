/** Words that stood in the form of a new ticket before its script did: kept, but not once they are a ticket. */

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
const tickets = new Set(); // ids of the tickets that are shown
const shown = Object.assign(new Page(), { querySelector: (selector) => tickets.has(/"(.+?)"/.exec(selector)[1]) || null });
shown.body.dataset.userId = "amira";
Object.assign(globalThis, {
  document: shown, localStorage: storage, addEventListener: page.addEventListener.bind(page),
  removeEventListener: page.removeEventListener.bind(page), CSS: { escape: (text) => text },
  FormData: class {
    constructor({ fields }) {
      this.get = (name) => fields[name].value;
    }
  },
});
const { TicketDraft, forgetPosted } = await import("../../support/static/support/js/page/ticket-words.js");

const SUBJECT = "Week 14";
const WORDS = { subject: SUBJECT, description: "It is missing.", tags: "logbook, export" };

/** A page with the form, in which `words` stand; `key`: what it posts under; `rendered`: by the server, to be mended. */
function open({ words = {}, key = "first", rendered = false } = {}) {
  const empty = { subject: "", description: "", ticket_type: "QUESTION", priority: "MEDIUM", tags: "" };
  const texts = Object.entries({ ...empty, ...words }).map(([name, value]) => [name, { value, closest: () => null }]);
  const fields = Object.fromEntries(texts);
  const form = {
    fields, dataset: { becomes: `ticket-${key}` }, elements: { key: { value: key } },
    querySelector: (selector) => (selector.startsWith("[name") ? fields[/"(.+?)"/.exec(selector)[1]] : rendered || null),
  };
  const draft = new TicketDraft(form);
  const leave = () => {
    page.dispatchEvent(new Event("pagehide"));
    draft.disconnect();
  };
  return { draft, fields, form, leave, subject: () => fields.subject.value, key: () => form.elements.key.value };
}

function begin(name, body) {
  test(name, () => {
    kept.clear();
    tickets.clear();
    body();
  });
}

begin("words that were posted without script are not restored beside the ticket that they became", () => {
  open({ words: WORDS }).leave();
  tickets.add("ticket-first");
  const { subject, fields, leave, key } = open({ key: "second" });
  assert.deepEqual([subject(), fields.description.value, fields.tags.value, key()], ["", "", "", "second"]);
  leave();
  assert.deepEqual([...kept], []);
});

begin("the ticket's own page forgets them, where no form is", () => {
  open({ words: WORDS }).leave();
  tickets.add("ticket-first");
  forgetPosted();
  tickets.clear();
  assert.equal(open({ key: "second" }).subject(), "");
});

begin("another ticket's page forgets nothing", () => {
  open({ words: WORDS }).leave();
  tickets.add("ticket-other");
  forgetPosted();
  const { subject, key } = open({ key: "second" });
  assert.deepEqual([subject(), key()], [SUBJECT, "first"]);
});

begin("words that were typed before the script came and never posted are restored, and sent under the same key", () => {
  open({ words: WORDS }).leave();
  const { subject, fields, key, leave } = open({ key: "second" });
  assert.deepEqual([subject(), fields.tags.value, key()], [SUBJECT, "logbook,export", "first"]);
  leave();
  assert.equal(open({ key: "third" }).key(), "first");
});

begin("other words go under the key of their own form", () => {
  open({ words: WORDS }).leave();
  const { draft, fields, key } = open({ key: "second" });
  fields.description.value += " And week 15.";
  draft.save();
  assert.equal(key(), "second");
});

begin("words that were changed after Create are kept whole", () => {
  const { fields, leave } = open({ words: WORDS });
  fields.subject.value = "Weeks 14 and 15";
  leave();
  tickets.add("ticket-first");
  assert.equal(open({ key: "second" }).subject(), "Weeks 14 and 15");
});

begin("an answer that was lost makes no second ticket after a reload", () => {
  const { draft, fields, leave } = open();
  Object.assign(fields.subject, { value: SUBJECT });
  draft.post();
  leave();
  assert.equal(open({ key: "second" }).key(), "first");
  tickets.add("ticket-first");
  assert.equal(open({ key: "third" }).subject(), "");
});

begin("a draft that was never posted goes under the key of the form that it is sent by", () => {
  const { draft, fields, leave } = open();
  fields.subject.value = SUBJECT;
  draft.save();
  assert.equal(draft.isKept, true);
  leave();
  const { subject, key } = open({ key: "second" });
  assert.deepEqual([subject(), key()], [SUBJECT, "second"]);
});

begin("what the server sent back to be mended is newer than any draft, under the key of its form", () => {
  open({ words: { subject: "Older" } }).leave();
  const { subject, key, leave } = open({ words: WORDS, key: "second", rendered: true });
  assert.deepEqual([subject(), key()], [SUBJECT, "second"]);
  leave();
  assert.equal(open({ key: "third" }).subject(), SUBJECT);
});

begin("words that were typed before the script came are not overwritten by an older draft", () => {
  open({ words: { subject: "Older" } }).leave();
  assert.equal(open({ words: WORDS, key: "second" }).subject(), SUBJECT);
});

begin("once the server took it nothing is kept, and the form is not emptied before the next page is there", () => {
  const { draft, subject, leave } = open({ words: WORDS });
  draft.clear();
  leave();
  assert.deepEqual([[...kept], subject()], [[], SUBJECT]);
});
