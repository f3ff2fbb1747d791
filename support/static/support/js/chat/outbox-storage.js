/**
 * Where unsent words wait: IndexedDB, or memory when the browser offers none (private windows, a full disk).
 *
 * Rows are {id, owner, order, message, audience, created_at, state, error, code}; `owner` is "<user>:<ticket>", so a
 * shared computer never sends one person's words as another's. `isKept` is false while a row is in memory only; it moves
 * to the device with the first one that gets there. A row is kept when its transaction is complete. A database that the
 * browser closed (its data was cleared, its process died) is opened again. `late` is a promise while one that was given
 * up as slow is still on its way: what lies there has not been read yet. Called by chat/outbox.js and page/leftovers.js;
 * never throws.
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

async function connect(indexedDB, onGone) {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("owner", "owner");
  };
  const database = await settled(request);
  database.onclose = onGone;
  database.onversionchange = () => {
    database.close();
    onGone();
  };
  return database;
}

/** Rows of one person and any ticket: "<user>:" up to the character after ":". */
const everyTicket = (userId) => IDBKeyRange.bound(`${userId}:`, `${userId};`, false, true);

function memory() {
  const rows = new Map();
  return {
    rows,
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
  const spare = memory();
  let device = null;
  let late = null;

  /** Given up when slow, taken up when it is there at last. */
  function open() {
    const opening = connect(indexedDB, () => { device = null; }).then(indexed);
    device = inTime(opening);
    device.catch(() => {
      late = opening.then(() => { device = opening; }, () => {}).finally(() => { late = null; });
    });
    return device;
  }

  const call = (name) => async (argument) => {
    try {
      return await inTime((await (device ?? open()))[name](argument));
    } catch {
      return spare[name](argument);
    }
  };
  const [put, remove] = [call("put"), call("remove")];

  async function keep(row) {
    spare.rows.delete(row.id); // an older state of it
    await put(row);
    if (spare.rows.has(row.id)) return;
    for (const late of [...spare.rows.values()]) {
      if (spare.rows.delete(late.id)) await put(late);
    }
  }

  function forget(id) {
    spare.rows.delete(id);
    return remove(id);
  }

  return {
    all: call("all"),
    allOf: call("allOf"),
    put: keep,
    remove: forget,
    get isKept() { return spare.rows.size === 0; },
    get late() { return late; },
  };
}
