/** A live thread against a server that fails: the page ends complete, nothing twice, order kept. */

import assert from "node:assert/strict";
import test from "node:test";

import { pass, states, words, World } from "./harness.mjs";

const numbered = (count) => Array.from({ length: count }, (_, index) => `message ${index + 1}`);

/** A test in its own world, with one page open and joined. */
function inWorld(name, body) {
  test(name, async () => {
    const world = new World();
    try {
      const page = world.open();
      await pass(50);
      await body(world, page);
    } finally {
      world.end();
    }
  });
}

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

inWorld("messages written while the server is away go out when it is back", async (world, page) => {
  world.server.refuseConnections = "down";
  world.server.cut();
  for (const text of numbered(3)) page.sendMessage(text);
  await pass(4_000);
  assert.deepEqual([page.getSnapshot().connection, page.getSnapshot().pending], ["reconnecting", 3]);
  await world.heal();
  assert.deepEqual(world.server.rows.map((row) => row.message), numbered(3));
  assert.deepEqual(states(page), ["stored", "stored", "stored"]);
});

inWorld("a tab that dies with unsent words: the next page sends them under the same ids", async (world, page) => {
  world.server.refuseConnections = "down";
  world.server.cut();
  const ids = numbered(3).map((text) => page.sendMessage(text).id);
  await pass(20);
  world.kill(page);
  const next = world.open();
  await world.heal();
  assert.deepEqual(world.server.rows.map((row) => row.id), ids);
  assert.deepEqual(words(next), numbered(3));
});

inWorld("a connection lost between sending and the answer: resent, stored once", async (world, page) => {
  world.server.draining = false;
  page.sendMessage("Did this arrive?");
  await pass(8); // on the server, answer under way
  world.server.cut();
  await world.heal();
  assert.equal(world.server.rows.length, 1);
  assert.deepEqual(words(page), ["Did this arrive?"]);
});

inWorld("a lost broadcast is noticed by the next message and fetched", async ({ server }, page) => {
  server.broadcast = () => {};
  server.write("lost");
  server.broadcast = (deliver) => deliver();
  server.write("heard");
  await pass(50);
  assert.deepEqual(words(page), []);
  await pass(300);
  assert.deepEqual(words(page), ["lost", "heard"]);
});

inWorld("a lost last broadcast is noticed by the heartbeat", async ({ server }, page) => {
  server.broadcast = () => {};
  server.write("lost");
  await pass(500);
  assert.deepEqual(words(page), []);
  server.heartbeat();
  await pass(300);
  assert.deepEqual(words(page), ["lost"]);
});

inWorld("a silent connection is given up after two heartbeats", async ({ server }, page) => {
  server.sockets.clear(); // the line is dead, nobody says so
  await pass(34_000, 100);
  assert.equal(page.getSnapshot().isConnected, true);
  await pass(3_000, 100);
  assert.equal(server.sockets.size, 1);
});

inWorld("an unanswered append ends the connection, and goes again on the next", async ({ server }, page) => {
  server.sockets.clear();
  page.sendMessage("Anybody?");
  await pass(12_000, 50);
  assert.deepEqual([words(page), states(page)], [["Anybody?"], ["stored"]]);
});

inWorld("a refusal for now stops the line: the same message goes first", async ({ server }, page) => {
  server.refuseAppends = "log-unavailable";
  page.sendMessage("first");
  page.sendMessage("second");
  await pass(100);
  assert.equal(server.asked.filter((type) => type === "message").length, 1);
  server.refuseAppends = null;
  await pass(2_000);
  assert.deepEqual(server.rows.map((row) => row.message), ["first", "second"]);
});

inWorld("4409 resends from the head of the outbox", async ({ server }, page) => {
  server.draining = false;
  page.sendMessage("first");
  page.sendMessage("second");
  await pass(8);
  server.cut(4409);
  server.draining = true;
  await pass(3_000);
  assert.deepEqual(server.rows.map((row) => row.message), ["first", "second"]);
});

inWorld("a message refused for good is shown as not sent, and the next ones go on", async ({ server }, page) => {
  page.sendMessage("reject me");
  page.sendMessage("fine");
  await pass(200);
  assert.deepEqual([words(page), states(page)], [["fine", "reject me"], ["stored", "failed"]]);
  const failed = page.getSnapshot().messages[1];
  assert.equal(failed.error, "This ticket is closed.");
  page.discard(failed.id);
  assert.deepEqual(words(page), ["fine"]);
  assert.equal(server.rows.length, 1);
});

inWorld("a failed message survives a reload and can be tried again", async (world, page) => {
  page.sendMessage("reject me");
  await pass(200);
  world.kill(page);
  const next = world.open();
  await pass(200);
  assert.deepEqual(states(next), ["failed"]);
  world.server.asked = [];
  next.retry(next.getSnapshot().messages[0].id);
  await pass(200);
  assert.equal(world.server.asked.filter((type) => type === "message").length, 1);
});

inWorld("an accepted message that is never announced is offered again", async ({ server }, page) => {
  server.draining = false;
  page.sendMessage("Hello");
  await pass(50);
  server.log.length = 0; // its refusal got lost
  for (let times = 0; times < 3; times += 1) {
    await pass(14_000, 100);
    server.heartbeat();
  }
  await pass(50);
  assert.equal(server.log.length, 1);
});

inWorld("4401 stops and says so; 4404 too", async ({ server }, page) => {
  page.sendMessage("Hello");
  await pass(100);
  server.refuseConnections = 4401;
  server.cut();
  await pass(20_000, 50);
  assert.deepEqual([page.getSnapshot().connection, page.getSnapshot().error.code], ["signed-out", "not-authenticated"]);
  server.refuseConnections = 4404;
  page.reconnect();
  await pass(50);
  assert.deepEqual([page.getSnapshot().connection, page.getSnapshot().error.code], ["not-found", "not-found"]);
  server.refuseConnections = null;
  page.reconnect();
  await pass(50);
  assert.deepEqual([page.getSnapshot().connection, page.getSnapshot().error], ["open", null]);
});

inWorld("4408 ends the chat; the first new message starts the next one", async ({ server }, page) => {
  server.write("Bye");
  await pass(50);
  server.cut(4408);
  await pass(20_000, 100);
  assert.deepEqual([page.getSnapshot().ended, words(page)], [true, ["Bye"]]);
  server.rows = [];
  page.sendMessage("One more thing");
  await pass(100);
  assert.deepEqual([page.getSnapshot().ended, words(page)], [false, ["One more thing"]]);
});

inWorld("4413 fails the message in flight and goes on with the next", async ({ server }, page) => {
  page.sendMessage("huge");
  page.sendMessage("small");
  await pass(4, 1);
  server.cut(4413);
  await pass(2_000);
  assert.deepEqual([words(page), states(page)], [["small", "huge"], ["stored", "failed"]]);
});

inWorld("4429 waits as long as it is told", async ({ server }, page) => {
  for (const socket of server.sockets) socket.drop(4429, "7");
  page.sendMessage("Hello");
  await pass(6_500, 50);
  assert.equal(server.rows.length, 0);
  assert.equal(page.getSnapshot().error.code, "too-fast");
  await pass(2_500, 50);
  assert.equal(server.rows.length, 1);
});

inWorld("a restart frame is obeyed: back after its delay", async ({ server }, page) => {
  for (const socket of server.sockets) socket.deliver({ type: "restart", delay: 4 });
  await pass(3_800, 50);
  assert.equal(server.sockets.size, 0);
  await pass(500, 50);
  assert.deepEqual([server.sockets.size, page.getSnapshot().isConnected], [1, true]);
});

test("earlier messages come in pages, and a page asks once at a time", async () => {
  const world = new World();
  for (const text of numbered(120)) world.server.write(text);
  const page = world.open();
  await pass(50);
  assert.deepEqual([words(page).length, page.getSnapshot().hasEarlier], [50, true]);
  assert.deepEqual([page.loadEarlier(), page.loadEarlier()], [true, false]);
  await pass(50);
  page.loadEarlier();
  await pass(50);
  assert.deepEqual([words(page), page.getSnapshot().hasEarlier], [numbered(120), false]);
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
