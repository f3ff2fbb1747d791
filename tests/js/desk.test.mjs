/** The desk's pure parts: what a fresh first page does to the rows on the page, and how often it is asked for. */

import assert from "node:assert/strict";
import test from "node:test";

import { heard, LASTS, present, repliedSince, sayOf } from "../../support/static/support/js/desk/colleagues.js";
import { coalesced } from "../../support/static/support/js/desk/coalesce.js";
import { planMerge } from "../../support/static/support/js/desk/merge.js";

const row = (id, sort) => ({ id, sort });
const [old, older, oldest] = [row("b", "2026-03-10T09"), row("c", "2026-03-10T08"), row("d", "2026-03-01T08")];

test("a row that was not there has arrived, the others stay", () => {
  const plan = planMerge([old, older], [row("a", "2026-03-10T10"), old, older], new Set(["a"]));
  assert.deepEqual(plan, { below: [], arrived: ["a"] });
});

test("rows of pages loaded below the first stay below it", () => {
  assert.deepEqual(planMerge([old, older, oldest], [old, older], new Set()), { below: ["d"], arrived: [] });
});

test("a row that a frame named and the fresh page lacks has left the view", () => {
  assert.deepEqual(planMerge([old, older, oldest], [old, older], new Set(["d"])), { below: [], arrived: [] });
});

test("a row that should stand on the fresh page and does not has left the view", () => {
  assert.deepEqual(planMerge([old, older, oldest], [old, oldest], new Set()), { below: [], arrived: [] });
});

test("an empty view empties the list", () => {
  assert.deepEqual(planMerge([old, older], [], new Set()), { below: [], arrived: [] });
});

test("in an ascending list what lies beyond the fresh rows is later", () => {
  assert.deepEqual(planMerge([oldest, older, old], [oldest, older], new Set(), true), { below: ["b"], arrived: [] });
  assert.deepEqual(planMerge([oldest, older, old], [oldest, old], new Set(), true), { below: [], arrived: [] });
});

const chen = { id: "chen", name: "Chen", initials: "CH", hue: 3 };
const eve = { id: "eve", name: "Eve", initials: "EV", hue: 4 };
const looks = (people, user, { now = 0, over = false } = {}) => heard(people, { user, over }, { me: "ben", now });

test("a colleague is here until they leave, or are not heard of any more", () => {
  const people = looks(looks({}, chen), eve, { now: 1_000 });
  assert.deepEqual(Object.keys(people), ["chen", "eve"]);
  assert.deepEqual(Object.keys(looks(people, chen, { over: true })), ["eve"]);
  assert.deepEqual(Object.keys(present(people, LASTS)), ["eve"]);
  assert.equal(present(people, LASTS - 1), people);
});

test("our own other window is nobody", () => {
  assert.deepEqual(looks({}, { ...chen, id: "ben" }), {});
});

test("who writes counts for more than who looks, and a requester who types is no colleague", () => {
  const people = looks({}, chen);
  assert.equal(sayOf(people, [{ id: "amira", name: "Amira", is_support: false }]).words, "<b>{name} is viewing this ticket</b>");
  const said = sayOf(looks(people, eve), [{ id: "chen", name: "Chen", is_support: true }]);
  assert.equal(said.words, "<b>{name} is writing a reply</b> to this ticket.");
  assert.deepEqual([said.names, said.person.initials], [["Chen"], "CH"]);
  assert.deepEqual(sayOf(looks(people, eve), []).names, ["Chen", "Eve"]);
  assert.equal(sayOf({}, []), null);
});

test("a note is called a note, and a reply counts for more than a note", () => {
  const noting = { id: "chen", name: "Chen", is_support: true, audience: "staff" };
  const replying = { id: "eve", name: "Eve", is_support: true, audience: "public" };
  assert.equal(sayOf(looks({}, chen), [noting]).words, "<b>{name} is writing an internal note</b> on this ticket.");
  assert.deepEqual(sayOf(looks({}, chen), [noting, replying]).names, ["Eve"]);
  assert.equal(sayOf({}, [noting, { ...replying, audience: "staff" }]).words, "<b>{names} are writing internal notes</b> on this ticket.");
});

test("only a colleague's public reply after the last one seen stands in the way", () => {
  const message = (sequence, more = {}) => ({ sequence, is_support: true, mine: false, audience: "public", ...more });
  const thread = [message(1), message(2, { audience: "staff" }), message(3, { mine: true }), message(4, { is_support: false })];
  assert.equal(repliedSince(thread, 1), undefined);
  assert.equal(repliedSince([...thread, message(5), message(6)], 4).sequence, 6);
  assert.equal(repliedSince([...thread, { ...message(5), sequence: null, mine: true }], 4), undefined);
});

test("many reasons within a moment are one request, and a reason during it is one more", async () => {
  let runs = 0;
  let finish;
  const done = new Promise((resolve) => { finish = resolve; });
  const ask = coalesced(async () => {
    runs += 1;
    if (runs === 1) ask();
    else finish();
  }, { soon: 1, apart: 1 });
  for (let reason = 0; reason < 10; reason += 1) ask();
  await done;
  assert.equal(runs, 2);
});

test("a request that fails does not end the asking", async () => {
  const seen = [];
  let finish;
  const done = new Promise((resolve) => { finish = resolve; });
  const ask = coalesced(async () => {
    seen.push("asked");
    if (seen.length === 1) {
      ask();
      throw new Error("offline");
    }
    finish();
  }, { soon: 1, apart: 1 });
  ask();
  await done;
  assert.deepEqual(seen, ["asked", "asked"]);
});
