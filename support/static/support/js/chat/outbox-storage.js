/**
 * Where unsent words wait: IndexedDB, or memory when the browser offers none (private windows, a full disk).
 *
 * Rows are {id, owner, order, message, audience, created_at, state, error, code}; `owner` is "<user>:<ticket>", so a
 * shared computer never sends one person's words as another's. `isKept` turns false when a row had to stay in memory.
 * A row is kept when its transaction is complete. Called by chat/outbox.js and page/leftovers.js; never throws.
 */

const DATABASE = "psychpath-support";
const STORE = "outbox";
const PATIENCE = 1_000;

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });

const inTime = (promise) =>
  Promise.race([promise, new Promise((_, reject) => { setTimeout(() => reject(new Error("slow")), PATIENCE); })]);

async function connect(indexedDB) {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("owner", "owner");
  };
  const database = await settled(request);
  database.onversionchange = () => database.close();
  return database;
}

/** Rows of one person and any ticket: "<user>:" up to the character after ":". */
const everyTicket = (userId) => IDBKeyRange.bound(`${userId}:`, `${userId};`, false, true);

function memory() {
  const rows = new Map();
  return {
    all: async (owner) => [...rows.values()].filter((row) => row.owner === owner),
    allOf: async (userId) => [...rows.values()].filter((row) => row.owner.startsWith(`${userId}:`)),
    put: async (row) => void rows.set(row.id, row),
    remove: async (id) => void rows.delete(id),
  };
}

const committed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error); // a full disk says so here, after the request's success
  });

function indexed(database) {
  const store = (mode) => database.transaction(STORE, mode, { durability: "strict" }).objectStore(STORE);
  const write = (act) => {
    const target = store("readwrite");
    act(target);
    target.transaction.commit?.(); // at once: a tab that closes before its request has answered would take the row along
    return committed(target.transaction);
  };
  return {
    all: (owner) => settled(store("readonly").index("owner").getAll(owner)),
    allOf: (userId) => settled(store("readonly").index("owner").getAll(everyTicket(userId))),
    put: (row) => write((rows) => rows.put(row)),
    remove: (id) => write((rows) => rows.delete(id)),
  };
}

/** The device's storage; every call falls back to memory when the device fails it. */
export function outboxStorage(indexedDB = globalThis.indexedDB) {
  const fallback = memory();
  const opened = indexedDB ? inTime(connect(indexedDB)).then(indexed) : Promise.reject(new Error("none"));
  opened.catch(() => {}); // reported by falling back, call by call
  let isKept = true;
  const call = (name) => async (argument) => {
    try {
      return await inTime((await opened)[name](argument));
    } catch {
      if (name === "put") isKept = false;
      return fallback[name](argument);
    }
  };
  return {
    all: call("all"), allOf: call("allOf"), put: call("put"), remove: call("remove"), get isKept() { return isKept; },
  };
}
