/**
 * The line to the server, said above the list where no conversation is shown: an open one says it of its own.
 *
 * The words are those of elements/connection-banner.js, the state is that of /ws/notifications/. Markup: desk/list.html.
 */

import { ConnectionBanner } from "../elements/connection-banner.js";

const MOST = 30_000; // from a minute on the banner speaks of messages that wait: there are none here
const AWAY = { waiting: "reconnecting", "signed-out": "signed-out" };

const isSaid = () => document.querySelector("#conv message-log")?.checkVisibility();

/** The line as the banner asks for it. `offlineSince` stays while it is down, so that the banner looks again. */
class Line {
  #notifications;
  #since = null;
  #state = "open";

  constructor(notifications) {
    this.#notifications = notifications;
  }

  /** Between two attempts it is "connecting", and away as before. */
  look() {
    const { phase } = this.#notifications.getSnapshot();
    this.#state = phase === "open" ? "open" : AWAY[phase] ?? this.#state;
    this.#since = this.#state === "open" ? null : this.#since ?? Date.now();
  }

  reconnect = () => this.#notifications.reconnect();

  getSnapshot() {
    const offlineSince = this.#since && Math.max(this.#since, Date.now() - MOST);
    return { connection: isSaid() ? "open" : this.#state, offlineSince, pending: 0 };
  }
}

export function startLine(notifications) {
  const region = document.querySelector("#list-notices > [data-connection]");
  const line = new Line(notifications);
  const banner = new ConnectionBanner(region, line, { email: "" });
  notifications.subscribe(() => {
    line.look();
    banner.show();
  });
}
