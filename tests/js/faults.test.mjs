/** A live thread against a server and a network that fail: the page ends complete, nothing twice, order kept. */

import assert from "node:assert/strict";

import { inWorld, numbered, pass, states, words } from "./harness.mjs";

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

inWorld("accepted but not seen stored when the line breaks: offered again after it is back", async ({ server }, page) => {
  server.draining = false;
  page.sendMessage("Hello");
  await pass(50);
  assert.deepEqual(states(page), ["accepted"]);
  server.cut();
  await pass(1_000);
  assert.deepEqual(server.log.map((entry) => entry.message), ["Hello", "Hello"]);
  server.drain();
  await pass(50);
  assert.deepEqual([words(page), states(page)], [["Hello"], ["stored"]]);
});

inWorld("a slow device: what an earlier page left goes before anything new", async (world, page) => {
  world.server.refuseConnections = "down";
  world.server.cut();
  page.sendMessage("old");
  await pass(20);
  world.kill(page);
  world.server.refuseConnections = null;
  const { all } = world.device;
  world.device.all = async (owner) => {
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    return all(owner);
  };
  const next = world.open();
  next.sendMessage("new");
  await pass(1_000);
  assert.deepEqual(world.server.rows.map((row) => row.message), ["old", "new"]);
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

inWorld("a line that comes back to the next conversation shows that one alone", async ({ server }, page) => {
  for (const text of ["one", "two", "three"]) server.write(text);
  await pass(2_000);
  page.markRead(3);
  await pass(2_000);
  server.refuseConnections = "down";
  server.cut();
  server.next("t2");
  await pass(3_000);
  server.refuseConnections = null;
  await pass(20_000, 100);
  const { ticketId, previous, ended } = page.getSnapshot();
  assert.deepEqual([words(page), ticketId, previous?.id, ended], [[], "t2", "t1", false]);

  page.sendMessage("Another thing");
  server.ticket = { ...server.ticket, number: 1043, revision: 1, status: "OPEN" };
  await pass(100);
  server.write("Tell me");
  await pass(2_000);
  assert.deepEqual(words(page), ["Another thing", "Tell me"]);
  assert.deepEqual(server.marked, { read: 0, received: 2 });
  page.markRead(2);
  await pass(2_000);
  assert.equal(server.marked.read, 2);
});

inWorld("4408 may overtake the frame that says how the chat ended, and the last words of it", async ({ server }, page) => {
  server.broadcast = () => {};
  server.write("Bye");
  server.ticket = { ...server.ticket, revision: 2, chat: { id: "c1", ticket_id: "t1", state: "ended", end_cause: "left" } };
  server.cut(4408);
  await pass(100);
  const { ended, ticket } = page.getSnapshot();
  assert.deepEqual([ended, ticket.chat.end_cause, words(page)], [true, "left", ["Bye"]]);
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
