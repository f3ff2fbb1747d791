/** Whether support is there: a frame counts at once, and what it does not promise is asked for soon after. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { useSupportStatus } from "../../support/static/support/js/useSupportStatus.js";

const ANSWERS = {
  online: { is_online: true, availability: "online", support_name: "Ben", promise: "Usually replies in about 5 minutes." },
  offline: { is_online: false, availability: "offline", support_name: "Support", promise: "We’ll reply by email." },
};

test("a page whose support goes offline does not keep an old promise until the next poll", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = "online";
  const asked = mock.method(globalThis, "fetch", async () => Response.json(ANSWERS[now]));
  const settle = async () => { for (let turn = 0; turn < 20; turn += 1) await Promise.resolve(); };
  const status = useSupportStatus();
  const leave = status.subscribe(() => {});
  await status.refetch();
  await settle();
  assert.equal(status.getSnapshot().promise, ANSWERS.online.promise);
  const before = asked.mock.callCount();

  now = "offline";
  status.apply({ type: "presence", is_online: false, availability: "offline" });
  assert.deepEqual([status.getSnapshot().availability, status.getSnapshot().promise], ["offline", ""]);
  mock.timers.tick(5_000);
  await settle();
  assert.equal(status.getSnapshot().promise, ANSWERS.offline.promise);
  assert.equal(asked.mock.callCount(), before + 1);

  status.apply({ type: "presence", is_online: false, availability: "offline" });
  mock.timers.tick(5_000);
  await settle();
  assert.equal(asked.mock.callCount(), before + 1); // nothing turned
  leave();
  mock.timers.reset();
  mock.restoreAll();
});
