/** Where unsent words wait, on devices that are missing, full, closed or there again. */

import assert from "node:assert/strict";
import test from "node:test";

import { Outbox } from "../../support/static/support/js/chat/outbox.js";
import { outboxStorage } from "../../support/static/support/js/chat/outbox-storage.js";

test("the outbox falls back to memory when the device fails", async () => {
  const broken = { open: () => { throw new Error("denied"); } };
  for (const indexedDB of [null, broken]) {
    const storage = outboxStorage(indexedDB);
    await storage.put({ id: "a", owner: "amira:t1" });
    await storage.put({ id: "b", owner: "ben:t1" });
    assert.deepEqual(await storage.all("amira:t1"), [{ id: "a", owner: "amira:t1" }]);
    await storage.remove("a");
    assert.deepEqual(await storage.all("amira:t1"), []);
  }
});

/** An IndexedDB of which only so much is true: it can be opened, and its transactions fail while `isFull`. */
function device() {
  const rows = new Map();
  const answer = (request, result) => {
    queueMicrotask(() => request.onsuccess?.());
    return Object.assign(request, { result });
  };
  const told = { isFull: false, opened: 0, rows };
  told.database = () => ({
    transaction() {
      if (this.isClosed) throw new Error("InvalidStateError");
      const transaction = {};
      queueMicrotask(() => queueMicrotask(() => (told.isFull ? transaction.onabort?.() : transaction.oncomplete?.())));
      const put = (row) => !told.isFull && rows.set(row.id, row);
      const index = () => ({ getAll: () => answer({}, [...rows.values()]) });
      return { objectStore: () => ({ transaction, put, delete: (id) => rows.delete(id), index }) };
    },
    close() { this.isClosed = true; },
  });
  told.open = () => {
    told.opened += 1;
    told.latest = told.database();
    return answer({}, told.latest);
  };
  return told;
}

test("words that a full device would not take move there with the first that it takes again", async () => {
  const full = device();
  const storage = outboxStorage(full);
  full.isFull = true;
  for (const id of ["a", "b", "c"]) await storage.put({ id, owner: "amira:t1" });
  await storage.remove("b");
  assert.deepEqual([storage.isKept, [...full.rows.keys()]], [false, []]);
  full.isFull = false;
  await storage.put({ id: "d", owner: "amira:t1" });
  assert.deepEqual([storage.isKept, [...full.rows.keys()], full.opened], [true, ["d", "a", "c"], 1]);
});

test("a database that the browser closed is opened again", async () => {
  const browser = device();
  const storage = outboxStorage(browser);
  await storage.put({ id: "a", owner: "amira:t1" });
  browser.latest.onversionchange(); // its data is to be cleared
  await storage.put({ id: "b", owner: "amira:t1" });
  browser.latest.close();
  browser.latest.onclose(); // its process has died
  await storage.put({ id: "c", owner: "amira:t1" });
  assert.deepEqual([storage.isKept, [...browser.rows.keys()], browser.opened], [true, ["a", "b", "c"], 3]);
});

test("a database that opens late is read once it is there", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const slow = device();
  slow.rows.set("a", { id: "a", owner: "amira:t1" });
  let arrive = null;
  slow.open = () => {
    const request = {};
    arrive = () => { request.result = slow.database(); request.onsuccess(); };
    return request;
  };
  const storage = outboxStorage(slow);
  const asked = storage.all("amira:t1");
  t.mock.timers.tick(1_000);
  assert.deepEqual(await asked, []);
  const { late } = storage;
  arrive();
  await late;
  assert.deepEqual([(await storage.all("amira:t1")).map(({ id }) => id), storage.late], [["a"], null]);
});

test("an outbox finds what an earlier page left on a device that opens late", async () => {
  let arrive = null;
  const left = { id: "a", owner: "amira:t1", order: 1, state: "accepted" };
  const storage = { late: new Promise((opened) => { arrive = opened; }), all: async () => (storage.late ? [] : [left]) };
  const found = [];
  const outbox = new Outbox({ storage, owner: "amira:t1", send: () => true, onFound: (items) => found.push(items) });
  await outbox.restore();
  assert.deepEqual(found, [[]]);
  const { late } = storage;
  storage.late = null;
  arrive();
  await late;
  await new Promise(setImmediate);
  assert.deepEqual(found.at(-1), [{ ...left, state: "sending" }]);
});
