/** Opens pages (ChatSessions) on a fake server, with a device that survives them, in mocked time. */

import test, { mock } from "node:test";

import { outboxStorage } from "../../support/static/support/js/chat/outbox-storage.js";
import "../../support/static/support/js/chat/polling.js"; // loaded when needed, which takes time that is not the test's
import { ChatSession } from "../../support/static/support/js/chat/session.js";
import { Browser } from "./browser.mjs";
import { AMIRA } from "./people.mjs";
import { FakeServer } from "./server.mjs";

/** Let `milliseconds` pass, promises included. */
export async function pass(milliseconds, step = 5) {
  for (let spent = 0; spent < milliseconds; spent += step) {
    mock.timers.tick(step);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
}

export class World {
  server = new FakeServer();
  browser = new Browser();
  device = outboxStorage(null);
  pages = [];

  constructor() {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.parse("2026-03-10T00:00:00Z") });
  }

  /** A page; `tab`: in a tab of a browser that shares its line, else alone. */
  open({ ticketId = "t1", userId = AMIRA, tab = null } = {}) {
    const env = { ...this.server.env, ...tab?.env };
    const page = new ChatSession({ ticketId, userId, storage: this.device, env });
    page.tab = tab;
    page.leave = page.subscribe(() => {});
    this.pages.push(page);
    return page;
  }

  /** As a closed tab: no goodbye, the device keeps what it has. */
  kill(page) {
    page.tab?.crash();
    page.close();
    this.pages = this.pages.filter((other) => other !== page);
  }

  /** Everything works again; long enough for back-off, heartbeat and outbox. */
  async heal(seconds = 60) {
    Object.assign(this.server, { refuseConnections: null, refuseAppends: null, draining: true, broadcast: (deliver) => deliver() });
    this.server.drain();
    for (let spent = 0; spent < seconds; spent += 5) {
      await pass(5_000, 25);
      this.server.heartbeat();
    }
    await pass(500);
  }

  end() {
    for (const page of this.pages) page.close();
    mock.timers.reset();
  }
}

export const words = (page) => page.getSnapshot().messages.map((message) => message.message);
export const states = (page) => page.getSnapshot().messages.map((message) => message.state);
export const numbered = (count) => Array.from({ length: count }, (_, index) => `message ${index + 1}`);

/** A test in its own world, with one page open and joined. */
export function inWorld(name, body) {
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

/** A test in a world with as many tabs open as it names. */
export function inTabs(count, name, body) {
  test(name, async () => {
    const world = new World();
    try {
      const pages = [];
      for (let n = 0; n < count; n += 1) {
        pages.push(world.open({ tab: world.browser.tab() }));
        await pass(50);
      }
      await body(world, ...pages);
    } finally {
      world.end();
    }
  });
}
