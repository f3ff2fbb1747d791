/** The device's clock is put back or forward, or its machine sleeps: nothing sticks, nothing is shown in another order. */

import assert from "node:assert/strict";

import { inTabs, inWorld, numbered, pass, words } from "./harness.mjs";

const HOUR = 3_600_000;

/** What happens in `body` happens by a clock that is ahead of the timers by so much. */
async function withClock(ahead, body) {
  const { now } = Date;
  Date.now = () => now() + ahead;
  try {
    await body();
  } finally {
    Date.now = now;
  }
}

inWorld("somebody who typed when the clock was put back is forgotten all the same", async ({ server }, page) => {
  for (const socket of server.sockets) socket.deliver({ type: "typing", user: { id: "ben", name: "Ben" } });
  await pass(50);
  await withClock(-HOUR, () => pass(5_100, 50));
  assert.deepEqual(page.getSnapshot().typing, []);
});

inWorld("after a reload with the clock put back new words stay behind those that wait", async (world, page) => {
  const { server } = world;
  server.refuseConnections = "down";
  server.cut();
  for (const text of ["one", "two"]) page.sendMessage(text);
  await pass(50);
  world.kill(page);
  await withClock(-HOUR, async () => {
    const next = world.open();
    await pass(50);
    next.sendMessage("three");
    assert.deepEqual(words(next), ["one", "two", "three"]);
    server.refuseConnections = null;
    await pass(5_000);
  });
  assert.deepEqual(server.rows.map((row) => row.message), ["one", "two", "three"]);
});

inWorld("with the clock put back an hour a silent connection is given up as soon as ever", async ({ server }, page) => {
  await pass(1_000, 50);
  server.sockets.clear(); // nothing comes any more, and nobody says so
  await withClock(-HOUR, () => pass(41_000, 100));
  assert.deepEqual([server.sockets.size, page.getSnapshot().isConnected], [1, true]);
});

inWorld("a machine that slept for eight hours knows within five seconds that its line is dead", async ({ server }, page) => {
  await pass(1_000, 50);
  server.sockets.clear();
  for (const text of numbered(300)) server.write(text);
  await withClock(8 * HOUR, () => pass(6_500, 50));
  assert.equal(server.sockets.size, 1);
  assert.deepEqual(words(page), numbered(300).slice(-50));
});

inTabs(1, "a line that is cut while something was still under way is given up in ten seconds", async ({ server }, page) => {
  await pass(1_000, 50);
  page.tab.window.dispatchEvent(new Event("pageshow"));
  await pass(5); // its answer is under way
  server.write("the last that came through");
  server.sockets.clear();
  page.tab.window.dispatchEvent(new Event("offline"));
  await pass(50);
  assert.deepEqual([server.sockets.size, words(page)], [0, ["the last that came through"]]);
  await pass(11_500, 50);
  assert.equal(server.sockets.size, 1);
});

inTabs(1, "a line that is busy, and answers seven seconds late, is kept", async ({ server }, page) => {
  await pass(1_000, 50);
  const before = [...server.sockets];
  const hear = server.hear.bind(server);
  server.hear = (...frame) => setTimeout(hear, 7_000, ...frame);
  page.tab.window.dispatchEvent(new Event("offline"));
  server.write("first");
  await pass(15_000, 50);
  assert.deepEqual([...server.sockets], before);
});
