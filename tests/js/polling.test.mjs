/** A page that can have no socket: it polls, posts, says what it saw, and ends with the server's view. */

import assert from "node:assert/strict";
import test from "node:test";

import { pass, states, words, World } from "./harness.mjs";
import { BEN } from "./people.mjs";

const POLLED = 15_000; // three failed attempts and two rounds, wherever chance puts them
const ROUND = 7_000;

/** A test in a network that lets HTTP alone through. */
function withoutSockets(name, body, { ticketId = "t1", prepare = () => {} } = {}) {
  test(name, async () => {
    const world = new World();
    world.server.refuseSockets = true;
    prepare(world.server);
    try {
      const page = world.open({ ticketId });
      await pass(POLLED, 25);
      await body(world, page);
    } finally {
      world.end();
    }
  });
}

const posts = ({ server }, what) => server.asked.filter((asked) => asked.startsWith("POST") && asked.endsWith(`/${what}/`));

withoutSockets("it says that it polls, and shows what was written before and what comes", async ({ server }, page) => {
  assert.deepEqual([page.getSnapshot().connection, words(page)], ["polling", ["Before"]]);
  server.write("Later");
  await pass(ROUND, 25);
  assert.deepEqual(words(page), ["Before", "Later"]);
}, { prepare: (server) => server.write("Before") });

withoutSockets("what becomes of the ticket is shown: status, assignee and title", async ({ server }, page) => {
  assert.deepEqual(page.getSnapshot().ticket.status, "OPEN");
  server.ticket = { ...server.ticket, status: "IN_PROGRESS", subject: "Week 14", assigned_to: { id: BEN }, revision: 2 };
  await pass(ROUND, 25);
  const { status, subject, assigned_to: assignee } = page.getSnapshot().ticket;
  assert.deepEqual([status, subject, assignee], ["IN_PROGRESS", "Week 14", { id: BEN }]);
});

withoutSockets("an older answer does not turn the ticket back", async ({ server }, page) => {
  server.ticket = { ...server.ticket, status: "IN_PROGRESS", revision: 1 };
  await pass(ROUND, 25);
  assert.equal(page.getSnapshot().ticket.status, "RESOLVED");
}, { prepare: (server) => { server.ticket = { ...server.ticket, status: "RESOLVED", revision: 2 }; } });

withoutSockets("an own message goes from sending to stored, delivered and seen", async ({ server }, page) => {
  page.sendMessage("Hello?");
  assert.deepEqual(states(page), ["sending"]);
  await pass(100);
  assert.deepEqual(states(page), ["stored"]);
  server.others = { read: 0, received: 1 };
  await pass(ROUND, 25);
  assert.deepEqual(states(page), ["delivered"]);
  server.others = { read: 1, received: 1 };
  await pass(ROUND, 25);
  assert.deepEqual(states(page), ["seen"]);
});

withoutSockets("what reached the page and what was seen is told, each once", async (world, page) => {
  const { server } = world;
  assert.deepEqual(server.marked, { read: 0, received: 1 });
  page.markRead(1);
  await pass(3 * ROUND, 25);
  assert.deepEqual(server.marked, { read: 1, received: 1 });
  assert.equal(page.getSnapshot().readSequence, 1);
  assert.deepEqual([posts(world, "received").length, posts(world, "read").length], [1, 1]);
}, { prepare: (server) => server.write("Hi Amira") });

withoutSockets("a mark that was not taken is told again", async ({ server }, page) => {
  server.refuseAppends = "log-unavailable";
  server.write("Two");
  page.markRead(1);
  await pass(ROUND, 25);
  assert.deepEqual(server.marked, { read: 0, received: 1 });
  server.refuseAppends = null;
  await pass(2 * ROUND, 25);
  assert.deepEqual(server.marked, { read: 1, received: 2 });
}, { prepare: (server) => server.write("One") });

withoutSockets("a message that is put aside is shown as kept, and not sent again", async (world, page) => {
  world.server.holds = true;
  page.sendMessage("Please");
  await pass(100);
  assert.deepEqual(states(page), ["held"]);
  await pass(5 * ROUND, 25);
  assert.deepEqual([states(page), posts(world, "message").length], [["held"], 1]);
});

withoutSockets("a message refused for now goes again under its id, and is stored once", async ({ server }, page) => {
  server.refuseAppends = "log-full";
  page.sendMessage("Please");
  await pass(1_000, 25);
  assert.deepEqual([server.rows.length, states(page)], [0, ["sending"]]);
  server.refuseAppends = null;
  await pass(ROUND, 25);
  assert.deepEqual([server.rows.map((row) => row.message), states(page)], [["Please"], ["stored"]]);
});

withoutSockets("a socket that opens after all takes over", async ({ server }, page) => {
  server.refuseSockets = false;
  await pass(20_000, 25);
  assert.equal(page.getSnapshot().connection, "open");
  const asked = server.asked.length;
  await pass(2 * ROUND, 25);
  assert.deepEqual(server.asked.slice(asked).filter((each) => each.startsWith("GET")), []);
});

withoutSockets("a live chat is begun, learns its ticket, and ends", async (world, page) => {
  const { server } = world;
  assert.deepEqual([page.getSnapshot().connection, page.getSnapshot().isLoading, words(page)], ["polling", false, []]);
  page.sendMessage("Is anybody there?");
  await pass(100);
  assert.deepEqual(posts(world, "message"), ["POST chat/message/"]);
  server.ticket = { ...server.ticket, number: 1042, revision: 1, chat: { ticket_id: "t1", state: "waiting" } };
  await pass(ROUND, 25);
  page.sendMessage("Week 14 is missing.");
  await pass(100);
  assert.deepEqual(posts(world, "message").at(-1), "POST tickets/t1/message/");
  assert.deepEqual(states(page), ["stored", "stored"]);
  server.ticket = { ...server.ticket, revision: 2, chat: { ticket_id: "t1", state: "ended" } };
  await pass(ROUND, 25);
  assert.equal(page.getSnapshot().ended, true);
}, { ticketId: "general", prepare: (server) => { server.ticket = { id: "t1" }; } });

withoutSockets("after an ended chat the next begins empty, whatever answers are still on their way", async ({ server }, page) => {
  assert.equal(page.getSnapshot().ended, true);
  server.rows = [];
  server.ticket = { id: "t2" };
  page.sendMessage("Another question");
  await pass(ROUND, 25);
  assert.deepEqual([words(page), page.getSnapshot().ticketId], [["Another question"], "t2"]);
}, {
  ticketId: "general",
  prepare: (server) => {
    server.write("Goodbye");
    server.ticket = { ...server.ticket, chat: { ticket_id: "t1", state: "ended" } };
  },
});
