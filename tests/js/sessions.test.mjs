/** Which threads a page remembers: those that are used, those with words to send, and the last twenty others. */

import assert from "node:assert/strict";
import test from "node:test";

import { pass, World } from "./harness.mjs";
import { AMIRA, BEN } from "./people.mjs";

const world = new World();
Object.assign(globalThis, world.server.env, { BroadcastChannel: undefined });
const { useChatWebSocket } = await import("../../support/static/support/js/useChatWebSocket.js");

const tickets = (name, count) => Array.from({ length: count }, (_, index) => `${name}${index}`);
const thread = (ticketId, more) => useChatWebSocket({ ticketId, userId: BEN, reader: "staff", ...more });

/** As on the desk: opened, looked at, left for the next one. */
async function look(ticketId) {
  const store = thread(ticketId);
  const leave = store.subscribe(() => {});
  await pass(50);
  assert.equal(store.getSnapshot().isConnected, true);
  leave();
  await pass(1_100, 50);
  return store;
}

async function lookAt(ticketIds) {
  const stores = new Map();
  for (const ticketId of ticketIds) stores.set(ticketId, await look(ticketId));
  return stores;
}

test("of the tickets that were open a desk remembers the last twenty, the last used last", async () => {
  const stores = await lookAt(tickets("open", 20));
  const again = thread("open0"); // used once more
  stores.set("open20", await look("open20"));
  stores.set("open21", await look("open21"));
  assert.equal(again, stores.get("open0"));
  const gone = ["open1", "open2"];
  for (const [ticketId, store] of stores) if (!gone.includes(ticketId)) assert.equal(thread(ticketId), store);
  for (const ticketId of gone) assert.notEqual(thread(ticketId), stores.get(ticketId));
  assert.equal(world.server.sockets.size, 0);
});

test("a thread that is looked at stays, whether it has a line or waits to be asked", async () => {
  const [reading, waiting] = [thread("reading"), thread("waiting", { lazy: true })];
  const leave = [reading, waiting].map((store) => store.subscribe(() => {}));
  await lookAt(tickets("other", 25));
  assert.deepEqual([reading.getSnapshot().connection, waiting.getSnapshot().connection], ["open", "idle"]);
  assert.deepEqual([thread("reading"), thread("waiting")], [reading, waiting]);
  for (const each of leave) each();
});

test("a thread that nobody looks at stays until its words have arrived", async () => {
  const store = useChatWebSocket({ ticketId: "t1", userId: AMIRA, reader: "requester" });
  const leave = store.subscribe(() => {});
  await pass(50);
  world.server.refuseAppends = "log-full";
  store.sendMessage("Please do not forget this");
  leave();
  await lookAt(tickets("busy", 25));
  const same = useChatWebSocket({ ticketId: "t1", userId: AMIRA, reader: "requester" });
  assert.equal(same, store);
  world.server.refuseAppends = null;
  await pass(5_000, 25);
  assert.deepEqual(world.server.rows.map((row) => row.message), ["Please do not forget this"]);
  await lookAt(tickets("later", 25));
  assert.notEqual(useChatWebSocket({ ticketId: "t1", userId: AMIRA, reader: "requester" }), store);
  world.end();
});
