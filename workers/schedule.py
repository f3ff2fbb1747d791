"""The beat table, in UTC. Every entry expires before its next one: a beat that catches up does not pile up work.

Two beats are harmless: every job works off rows or leases and finds nothing the second time.
"""

from typing import Any


def _every(seconds: float, task: str, queue: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": seconds * 0.9}}


BEAT: dict[str, dict[str, Any]] = {
    # Rings for every shard that is not empty: what a lost doorbell or a killed drain left behind waits 2 s at most.
    "sweep the command log": _every(2.0, "persistence.sweep", "sweep"),
    # Agents whose lease has lapsed (60 s) go offline within 5 s of it.
    "expire presence": _every(5.0, "presence.expire", "presence"),
    # Offers run out (30 s), chats of who is gone are handed on, silence ends; whoever waits hears how it stands.
    "look after chats": _every(5.0, "chats.sweep", "chats"),
    # Deliveries that are due and that no task works on: lost tasks, and retries whose time has come.
    "sweep deliveries": _every(10.0, "notify.sweep", "notify"),
    # Mails that wait to be sorted and that no task works on; words of providers that came too early.
    "sweep received mail": _every(10.0, "inbound.sweep", "inbound"),
    # New mails of the mailbox, if there is one. Whoever wants them at once runs `manage.py watch_mailbox` besides.
    "fetch mail": _every(30.0, "inbound.poll", "inbound"),
    # Daily summaries, unread replies, the week: whoever's morning it is. Every quarter of an hour, as zones differ by.
    "plan digests": _every(900.0, "digests.plan", "digests"),
    # What first replies take of late, once a minute: what is promised is never computed by who asks.
    "measure replies": _every(60.0, "housekeeping.measure_replies", "housekeeping"),
    # The self-probe: a ticket, a message and a mail of its own through the whole path, with nothing left of them.
    "probe": _every(300.0, "housekeeping.probe", "housekeeping"),
    # Old runs of the self-probe, once an hour.
    "thin probes": _every(3600.0, "housekeeping.thin_probes", "housekeeping"),
    # Sessions that have run out, once an hour.
    "forget old sessions": _every(3600.0, "housekeeping.forget_sessions", "housekeeping"),
    # Refusals of entries that left the log a week ago, once an hour.
    "forget refusals": _every(3600.0, "housekeeping.forget_refusals", "housekeeping"),
    # Words of providers that came a fortnight ago, once an hour.
    "forget signals": _every(3600.0, "housekeeping.forget_signals", "housekeeping"),
    # Sources of mails that came in a year ago, once an hour.
    "forget mails": _every(3600.0, "housekeeping.forget_mails", "housekeeping"),
    # Links of account mails, once an hour: secrets are not kept longer than they can be used.
    "empty account mails": _every(3600.0, "housekeeping.empty_account_mails", "housekeeping"),
    # Guests without a conversation, once a day; rung every hour, because a beat restarted daily rings no daily bell.
    "forget silent guests": _every(3600.0, "housekeeping.forget_silent_guests", "housekeeping"),
}
