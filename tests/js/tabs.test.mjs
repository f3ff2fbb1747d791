/** Several tabs of one browser on one thread: one socket, one sender, and all show the same whatever becomes of one. */

import assert from "node:assert/strict";
import test from "node:test";

import { inTabs, numbered, pass, states, words, World } from "./harness.mjs";

const texts = (server) => server.rows.map((row) => row.message);
const connected = (pages) => pages.map((page) => page.getSnapshot().isConnected);

inTabs(3, "three tabs have one socket, and say alike that they are connected", async ({ server }, ...pages) => {
  assert.equal(server.sockets.size, 1);
  assert.deepEqual(connected(pages), [true, true, true]);
});

inTabs(2, "what is written in either tab is shown in both, in the order of writing", async ({ server }, first, second) => {
  server.draining = false;
  for (const [index, text] of numbered(6).entries()) {
    [first, second][index % 2].sendMessage(text);
    await pass(5);
  }
  await pass(50);
  assert.deepEqual([words(first), words(second)], [numbered(6), numbered(6)]);
  assert.deepEqual(states(second), ["accepted", "accepted", "accepted", "accepted", "accepted", "accepted"]);
  server.drain();
  await pass(50);
  assert.deepEqual([texts(server), words(first), words(second)], [numbered(6), numbered(6), numbered(6)]);
  assert.equal(server.asked.filter((type) => type === "message").length, 6);
});

inTabs(1, "a tab that comes later is told what the first one shows, and what waits there", async (world, first) => {
  for (const text of numbered(60)) world.server.write(text);
  await pass(50);
  world.server.refuseAppends = "log-full";
  first.sendMessage("waits");
  await pass(50);
  const later = world.open({ tab: world.browser.tab() });
  await pass(50);
  assert.deepEqual(words(later), [...numbered(60).slice(-50), "waits"]);
  assert.deepEqual(later.getSnapshot().ticket, world.server.ticket);
  assert.equal(world.server.sockets.size, 1);
});

inTabs(2, "the tab that sends is closed in the middle: the other takes over within a second, each once", async (world, first, second) => {
  const { server } = world;
  for (const text of numbered(10)) {
    [first, second][Number(text.at(-1)) % 2].sendMessage(text);
    await pass(3);
  }
  world.kill(first);
  await pass(1_000);
  assert.equal(second.getSnapshot().isConnected, true);
  await world.heal();
  assert.deepEqual([texts(server), words(second), server.sockets.size], [numbered(10), numbered(10), 1]);
});

inTabs(2, "a tab that follows and dies with words just handed in: they are stored", async (world, first, second) => {
  second.sendMessage("handed in");
  await pass(5);
  world.kill(second);
  await pass(200);
  assert.deepEqual([texts(world.server), words(first)], [["handed in"], ["handed in"]]);
});

inTabs(2, "a frozen leader lets go; thawed it follows and is complete", async ({ server }, first, second) => {
  first.tab.lifecycle("freeze");
  await pass(1_000);
  assert.deepEqual([second.getSnapshot().isConnected, server.sockets.size], [true, 1]);
  for (const text of numbered(70)) server.write(text);
  second.sendMessage("while it slept");
  await pass(200);
  first.tab.lifecycle("resume");
  await pass(200);
  assert.deepEqual([words(first).slice(-3), server.sockets.size], [["message 69", "message 70", "while it slept"], 1]);
});

inTabs(2, "a leader that hangs loses the lead to the first who has something to send", async (world, first, second) => {
  world.browser.hang(first.tab);
  second.sendMessage("Are you there?");
  await pass(1_100);
  assert.equal(world.browser.holder(`psychpath:chat:${first.getSnapshot().userId}:t1`), second.tab);
  await pass(200);
  world.browser.recover(first.tab);
  await world.heal();
  assert.deepEqual([texts(world.server), words(first), words(second)], [["Are you there?"], ["Are you there?"], ["Are you there?"]]);
  assert.equal(world.server.sockets.size, 1);
});

inTabs(2, "words in the tab that sends wait for older ones of a tab that hangs before it has handed them in", async (world, first, second) => {
  for (const text of numbered(2)) second.sendMessage(text);
  await pass(0);
  world.browser.hang(second.tab);
  await pass(50);
  assert.deepEqual(texts(world.server), []);
  for (const text of ["message 3", "message 4"]) first.sendMessage(text);
  await pass(100);
  assert.deepEqual([texts(world.server), words(first)], [numbered(4), numbered(4)]);
  world.browser.recover(second.tab);
  await pass(50);
  assert.deepEqual([texts(world.server), words(second)], [numbered(4), numbered(4)]);
  assert.equal(world.server.asked.filter((type) => type === "message").length, 4);
});

inTabs(3, "what is handed in waits for older words of a tab that hangs, and after those nothing is read again", async (world, first, second, third) => {
  const { all } = world.device;
  let reads = 0;
  world.device.all = (owner) => {
    reads += 1;
    return all(owner);
  };
  second.sendMessage("message 1");
  world.browser.hang(second.tab);
  await pass(50);
  third.sendMessage("message 2");
  await pass(100);
  assert.deepEqual([texts(world.server), words(first)], [numbered(2), numbered(2)]);
  assert.equal(reads, 1);
});

inTabs(2, "a leader out of sight for a minute gives way to the tab in view", async (world, first, second) => {
  first.tab.look("hidden");
  await pass(59_000, 500);
  second.typing();
  await pass(50);
  const name = `psychpath:chat:${first.getSnapshot().userId}:t1`;
  assert.equal(world.browser.holder(name), first.tab);
  await pass(5_000, 50);
  second.typing();
  await pass(500);
  assert.deepEqual([world.browser.holder(name), world.server.sockets.size], [second.tab, 1]);
});

inTabs(2, "typing and what was read go through the one line, from the tab where it happened", async ({ server }, first, second) => {
  server.write("Hi Amira");
  await pass(50);
  server.asked = [];
  second.typing();
  second.markRead(1);
  await pass(1_500);
  assert.deepEqual(server.asked.toSorted(), ["read", "typing"]);
  assert.equal(server.sockets.size, 1);
  assert.equal(first.getSnapshot().isConnected, true);
});

inTabs(2, "a message that was not sent is tried again, or deleted, from either tab", async ({ server }, first, second) => {
  first.sendMessage("reject me");
  await pass(5);
  second.sendMessage("reject me too");
  await pass(200);
  assert.deepEqual([states(first), states(second)], [["failed", "failed"], ["failed", "failed"]]);
  const [one, two] = second.getSnapshot().messages;
  second.discard(one.id);
  second.retry(two.id);
  await pass(200);
  assert.deepEqual([words(first), words(second)], [["reject me too"], ["reject me too"]]);
  assert.equal(server.asked.filter((type) => type === "message").length, 3);
});

inTabs(2, "offline in both: all words wait in the order of writing, and go out once", async (world, first, second) => {
  world.server.refuseConnections = "down";
  world.server.cut();
  for (const [index, text] of numbered(10).entries()) {
    [first, second][index % 2].sendMessage(text);
    await pass(10);
  }
  assert.deepEqual([words(first), words(second)], [numbered(10), numbered(10)]);
  assert.deepEqual([first.getSnapshot().connection, second.getSnapshot().connection], ["reconnecting", "reconnecting"]);
  assert.deepEqual([first.getSnapshot().pending, second.getSnapshot().pending], [10, 10]);
  world.kill(first);
  await world.heal();
  assert.deepEqual([texts(world.server), words(second)], [numbered(10), numbered(10)]);
});

test("a chat that has ended begins anew in all tabs", async () => {
  const world = new World();
  const [first, second] = [0, 1].map(() => world.open({ ticketId: "general", tab: world.browser.tab() }));
  await pass(50);
  world.server.write("Bye");
  await pass(50);
  world.server.cut(4408);
  await pass(50);
  assert.deepEqual([first.getSnapshot().ended, second.getSnapshot().ended], [true, true]);
  world.server.rows = [];
  second.sendMessage("One more thing");
  await pass(200);
  assert.deepEqual([words(first), words(second), texts(world.server)], [["One more thing"], ["One more thing"], ["One more thing"]]);
  world.end();
});
