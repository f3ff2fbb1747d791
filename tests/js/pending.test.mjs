/** page/pending.js: drawn anew when there is more to say, a message that is held included; asked again until then. */

import assert from "node:assert/strict";
import test from "node:test";

let look = null;
let reloads = 0;
globalThis.document = {
  documentElement: { lang: "en-AU" },
  getElementById: () => null,
  querySelector: () => ({ dataset: { pending: "7" } }),
};
globalThis.location = { reload: () => { reloads += 1; } };
globalThis.setTimeout = (act, _after, id) => { look = () => act(id); };
await import("../../support/static/support/js/page/pending.js");

/** How often the page was drawn anew after this answer. */
async function after(answer) {
  globalThis.fetch = answer;
  reloads = 0;
  await look();
  return reloads;
}

const answered = (status, state) => async () => ({ status, json: async () => ({ status: state }) });

test("a page waits while nothing is known, and while the servers are in trouble", async () => {
  const waits = [answered(202, "pending"), answered(429), answered(503), () => Promise.reject(new Error("no line"))];
  for (const each of waits) assert.equal(await after(each), 0);
  const cut = async () => ({ status: 202, json: () => Promise.reject(new Error("cut off")) });
  assert.equal(await after(cut), 0);
});

test("what is stored, refused or held is shown", async () => {
  for (const each of [answered(202, "held"), answered(0), answered(303), answered(422), answered(404)]) {
    assert.equal(await after(each), 1);
  }
});
