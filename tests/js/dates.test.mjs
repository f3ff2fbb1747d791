/** elements/dates.js in a language whose clock counts to 24, as the server says it there (support/times.py). */

import assert from "node:assert/strict";
import test from "node:test";

const words = { "{hour}:{minute} am": "{hour24}:{minute} Uhr", "{hour}:{minute} pm": "{hour24}:{minute} Uhr" };
globalThis.document = {
  documentElement: { lang: "de" },
  body: { dataset: { timeZone: "Europe/Berlin" } },
  getElementById: () => ({ textContent: JSON.stringify(words) }),
};
const { clock } = await import("../../support/static/support/js/elements/dates.js");

test("a clock is said as the language's catalogue says it", () => {
  assert.deepEqual(["2026-03-09T23:04:00Z", "2026-03-10T11:05:00Z", "2026-03-10T08:24:00Z"].map((text) => clock(new Date(text))),
    ["00:04 Uhr", "12:05 Uhr", "09:24 Uhr"]);
});
