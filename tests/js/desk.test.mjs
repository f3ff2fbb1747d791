/** The desk's pure parts: what a fresh first page does to the rows on the page, and how often it is asked for. */

import assert from "node:assert/strict";
import test from "node:test";

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
