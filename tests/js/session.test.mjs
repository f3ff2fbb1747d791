/** A live thread as a page uses it. */

import assert from "node:assert/strict";
import test from "node:test";

import { inWorld, numbered, pass, states, words, World } from "./harness.mjs";

test("a page shows the history, what arrives, and what it sends", async () => {
  const world = new World();
  world.server.write("Hi Amira");
  const page = world.open();
  assert.deepEqual([page.getSnapshot().isLoading, page.getSnapshot().isConnected], [true, false]);
  await pass(50);
  assert.deepEqual([page.getSnapshot().isLoading, page.getSnapshot().isConnected], [false, true]);
  page.sendMessage("Hello Ben");
  assert.deepEqual(states(page), [null, "sending"]);
  await pass(50);
  world.server.write("How can I help?");
  await pass(50);
  assert.deepEqual(words(page), ["Hi Amira", "Hello Ben", "How can I help?"]);
  assert.deepEqual(states(page), [null, "stored", null]);
  world.end();
});

inWorld("ten messages at once are stored in the order of sending, one unanswered at a time", async ({ server }, page) => {
  for (const text of numbered(10)) page.sendMessage(text);
  await pass(12);
  assert.equal(server.asked.filter((type) => type === "message").length, 1);
  await pass(300);
  assert.deepEqual(server.rows.map((row) => row.message), numbered(10));
  assert.deepEqual(words(page), numbered(10));
  assert.equal(page.getSnapshot().pending, 0);
});

test("earlier messages come in pages, and a page asks once at a time", async () => {
  const world = new World();
  for (const text of numbered(120)) world.server.write(text);
  const page = world.open();
  await pass(50);
  assert.deepEqual([words(page).length, page.getSnapshot().hasEarlier], [50, true]);
  assert.deepEqual([page.loadEarlier(), page.loadEarlier()], [true, true]);
  await pass(50);
  assert.deepEqual([words(page).length, world.server.asked.filter((type) => type === "history").length], [100, 1]);
  page.loadEarlier();
  await pass(50);
  assert.deepEqual([words(page), page.getSnapshot().hasEarlier], [numbered(120), false]);
  assert.deepEqual([page.loadEarlier(), world.server.asked.filter((type) => type === "history").length], [true, 2]);
  world.end();
});

inWorld("typing is told at most every three seconds and ends by itself", async ({ server }, page) => {
  for (let times = 0; times < 8; times += 1) {
    page.typing();
    await pass(500);
  }
  assert.equal(server.asked.filter((type) => type === "typing").length, 2);
  for (const socket of server.sockets) socket.deliver({ type: "typing", user: { id: "ben", name: "Ben" } });
  await pass(50);
  assert.deepEqual(page.getSnapshot().typing.map((person) => person.name), ["Ben"]);
  await pass(5_100, 50);
  assert.deepEqual(page.getSnapshot().typing, []);
});

inWorld("received and read are told once a second at most, and only forward", async ({ server }, page) => {
  for (const text of numbered(20)) server.write(text);
  await pass(200);
  page.markRead(10);
  page.markRead(20);
  page.markRead(5);
  await pass(3_000, 20);
  const count = (type) => server.asked.filter((asked) => asked === type).length;
  assert.ok(count("received") <= 3, `${count("received")} received`);
  assert.ok(count("read") <= 2, `${count("read")} read`);
});

inWorld("how far messages reached this page is said again on the next connection, which may not have heard it", async ({ server }, page) => {
  server.write("Hi Amira");
  await pass(50);
  const said = () => server.asked.filter((type) => type === "received").length;
  assert.equal(said(), 1);
  server.cut();
  await pass(1_000);
  assert.deepEqual([page.getSnapshot().isConnected, said()], [true, 2]);
});

inWorld("what cannot be sent is refused at once, with a sentence", async ({ server }, page) => {
  assert.equal(page.sendMessage("   ").error, "Write a message first.");
  assert.equal(page.sendMessage("x".repeat(10_003)).error, "This message is 3 characters too long. Shorten it or send it in two.");
  assert.equal(page.sendMessage("a\0b").ok, false);
  assert.equal(page.sendMessage("lone \ud83d").ok, false);
  assert.equal(page.sendMessage("👩‍👩‍👧 fine").ok, true);
  await pass(100);
  assert.deepEqual(server.rows.map((row) => row.message), ["👩‍👩‍👧 fine"]);
});

inWorld("a snapshot is the same object until something changes", async (_world, page) => {
  const before = page.getSnapshot();
  await pass(1_000, 50);
  assert.equal(page.getSnapshot(), before);
  page.sendMessage("Hello");
  assert.notEqual(page.getSnapshot(), before);
});

inWorld("a thread nobody looks at stays connected until its words have arrived", async (world, page) => {
  world.server.refuseConnections = "down";
  world.server.cut();
  page.sendMessage("Going, but please send this");
  page.leave();
  await pass(3_000, 25);
  world.server.refuseConnections = null;
  await pass(15_000, 25);
  assert.deepEqual(world.server.rows.map((row) => row.message), ["Going, but please send this"]);
  assert.equal(world.server.sockets.size, 0);
});

inWorld("a thread nobody looks at disconnects after a moment", async (world, page) => {
  page.leave();
  await pass(500, 25);
  assert.equal(world.server.sockets.size, 1);
  await pass(1_000, 25);
  assert.equal(world.server.sockets.size, 0);
});
