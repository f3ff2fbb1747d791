"""The corpus: what becomes of each mail of mails/, exactly. Written for this project; the people are the tests'.

A file's first word is its group. Outcomes are those of the ledger; `says` is the whole body of the message, or the
description of the ticket, that the mail became. Without an author nobody is believed to have written it.
"""

from dataclasses import dataclass, field
from typing import Final

BY_TOKEN, BY_HEADER, NEW, DUPLICATE = "token", "header", "new", "duplicate"
LOOP, AUTOMATIC, BOUNCE, QUARANTINED = "loop", "automatic", "bounce", "quarantined"
SUBJECT: Final = "Where do I find my hours?"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the ledger says of a mail, and what it became. `about`: the ticket its row names, when it became none."""

    outcome: str
    reason: str = ""
    cause: str = ""
    about: str = ""
    author: str = ""
    subject: str = ""
    says: str = ""
    files: list[str] = field(default_factory=list)


def reply(*, says: str, files: list[str] | None = None) -> Expected:
    """Amira's words in PP-1042, by the reply address that she was given."""
    return Expected(outcome=BY_TOKEN, author="amira", about="PP-1042", says=says, files=files or [])


def new(*, says: str, subject: str = SUBJECT, files: list[str] | None = None) -> Expected:
    """A new ticket of Amira's."""
    return Expected(outcome=NEW, author="amira", subject=subject, says=says, files=files or [])


# From one of the team.
UNPROVEN: Final = Expected(outcome=QUARANTINED, reason="staff")
RUNG: Final = Expected(outcome=NEW, author="ben", subject=SUBJECT, says="A client rang about week 14.")

CORPUS: Final[dict[str, Expected]] = {
    "automatic-another-help-desk": Expected(outcome=AUTOMATIC, cause="Auto-Submitted: auto-generated"),
    "automatic-exchange": Expected(outcome=AUTOMATIC, about="PP-1042", cause="Auto-Submitted: auto-replied"),
    "automatic-german-without-headers": Expected(
        outcome=AUTOMATIC, about="PP-1042", cause="Subject: Abwesenheitsnotiz: [PP-1042] Logbook export"
    ),
    "automatic-noreply": Expected(outcome=AUTOMATIC, cause="From: no-reply@parcels.example"),
    "automatic-read-receipt": Expected(
        outcome=AUTOMATIC, about="PP-1042", cause="Content-Type: multipart/report; disposition-notification"
    ),
    "automatic-vacation": Expected(outcome=AUTOMATIC, about="PP-1042", cause="X-Autoreply: yes"),
    "bounce-delayed": Expected(
        outcome=BOUNCE, about="PP-1042", cause="smtp; connect to example.com: Connection timed out"
    ),
    "bounce-exchange": Expected(
        outcome=BOUNCE,
        about="PP-1042",
        cause="smtp;550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
    ),
    "bounce-exim": Expected(outcome=BOUNCE, about="PP-1042", cause="a delivery report"),
    "bounce-gmail": Expected(
        outcome=BOUNCE, about="PP-1042", cause="smtp; 550 5.1.1 <amira@example.com>: User unknown"
    ),
    "bounce-of-a-mail-nobody-sent": Expected(
        outcome=BOUNCE, cause="smtp; 550 5.1.1 <amira@example.com>: User unknown"
    ),
    "bounce-postfix": Expected(
        outcome=BOUNCE, about="PP-1042", cause="smtp; 550 5.1.1 <amira@example.com>: User unknown"
    ),
    "bounce-qmail": Expected(outcome=BOUNCE, about="PP-1042", cause="a delivery report"),
    "charset-chinese": new(says="第十四周不见了。"),
    "charset-is-a-codec": new(says="Hello"),
    "charset-japanese": new(says="十四週目がありません。"),
    "charset-latin-1": new(says="Où est passée la semaine 14 ?"),
    "charset-nobody-knows": new(says="Naïve café"),
    "charset-russian": new(says="Где четырнадцатая неделя?"),
    "charset-utf-16": new(says="Wide words"),
    "charset-utf-8-called-ascii": new(says="Grüße aus Köln"),
    "charset-windows-called-latin": new(says="“Week 14” – it’s gone…"),
    "encoding-broken-base64": new(says="Week 14 is missing. Please"),
    "encoding-broken-quoted-printable": new(says="100=% sure =ZZ it is week 14"),
    "files-and-no-words": reply(
        says="Re: [PP-1042] Logbook export is missing week 14", files=["logbook.pdf"]
    ),
    "files-calendar-invitation": reply(says="Can we meet?", files=["file-1.ics"]),
    "files-calendar-reply": reply(says="Accepted: Supervision", files=["reply.ics"]),
    "files-inline-picture": reply(says="See the picture: [image: week14.png]", files=["week14.png"]),
    "files-name-is-a-path": reply(says="Attached.", files=["_.._etc_passwd"]),
    "files-name-runs-backwards": reply(says="Attached.", files=["hours_fdp.exe"]),
    "files-name-with-line-break": reply(says="Attached.", files=["a Bcc_ x@y.example .txt"]),
    "files-signed": reply(says="Signed words.", files=["signature.asc"]),
    "files-twenty-megabytes": reply(says="The whole logbook.", files=["logbook.zip"]),
    "files-winmail": reply(says="From Outlook.", files=["winmail.dat"]),
    "files-without-names": reply(says="Two.", files=["file-1.png", "file-2"]),
    "forged-agent": Expected(outcome=QUARANTINED, reason="stranger", about="PP-1042"),
    "forged-name-is-an-address": Expected(
        outcome=NEW, author="a guest", subject=SUBJECT, says="Look at my name."
    ),
    "forged-results": new(says="These results are not from our server."),
    "forged-sender": Expected(outcome=QUARANTINED, reason="forged"),
    "forged-token": Expected(
        outcome=QUARANTINED, reason="stranger", cause="The reply address names no ticket of ours"
    ),
    "forged-two-senders": Expected(outcome=QUARANTINED, reason="no-sender"),
    "forward-inline": new(
        subject="Fwd: Sign-off",
        says="See below.\n\n---------- Forwarded message ---------\nFrom: Ruby <ruby@example.com>\n"
        "Date: Mon, 9 Mar 2026 at 09:00\n"
        "Subject: Sign-off\nTo: Amira <amira@example.com>\n\nI signed week 14 on Monday.",
    ),
    "forward-within-a-forward": new(
        subject="Fwd: Fwd: Sign-off", says="Both attached.", files=["file-1.eml"]
    ),
    "html-list-and-link": new(says="# Steps\n\n1. Open **Logbook**\n2. Choose *Export*"),
    "html-nested-deep": new(says="Deep down."),
    "html-with-script": new(says="Look here or [there](https://example.com/a)."),
    "injection-in-address": Expected(outcome=QUARANTINED, reason="no-sender"),
    "injection-in-name": new(says="Did it work?"),
    "injection-in-subject": new(subject="Hours Bcc: victim@elsewhere.example spam", says="Did it work?"),
    "list-newsletter": Expected(
        outcome=QUARANTINED, reason="list", cause="List-Id: Tips <tips.news.example>"
    ),
    "list-of-our-own": new(says="Written to our group address."),
    "loop-from-ourselves": Expected(outcome=LOOP, cause="From: support@psychpath.com.au"),
    "loop-our-own-notice": Expected(
        outcome=LOOP, cause="List-Id: PsychPATH Support <tickets.psychpath.com.au>"
    ),
    "loop-too-many-hops": Expected(outcome=LOOP, about="PP-1042", cause="60 Received headers"),
    "malformed-boundary-never-comes": reply(says="Words without any boundary."),
    "malformed-empty": Expected(outcome=QUARANTINED, reason="no-sender"),
    "malformed-end-is-missing": reply(says="Cut off in the mid"),
    "malformed-header-without-end": new(says="After a long header."),
    "malformed-nested-without-end": Expected(
        outcome=QUARANTINED, reason="unreadable", cause="RecursionError"
    ),
    "malformed-no-headers": Expected(outcome=QUARANTINED, reason="no-sender"),
    "malformed-part-without-type": reply(says="Plain after all.\n\nOdd."),
    "new-encoded-subject": new(subject="Heures oubliées… 六月", says="Bonjour"),
    "new-from-an-account": new(says="I can see weeks 1 to 13 only.\n\nAmira"),
    "new-from-nobody-we-know": Expected(
        outcome=NEW, author="a guest", subject=SUBJECT, says="Do I need an account?"
    ),
    "new-with-a-long-subject": new(
        subject=("Hours " * 34)[:200],
        says="It is all in the subject.",
    ),
    "new-without-subject": new(subject="(no subject)", says="Something is odd."),
    "no-sender": Expected(outcome=QUARANTINED, reason="no-sender"),
    "reply-apple-german": reply(says="Das sieht gut aus."),
    "reply-apple-html": reply(says="It is right now."),
    "reply-below": reply(
        says="On Tue, 10 Mar 2026 at 10:22, Ben <support@psychpath.com.au> wrote:\n"
        "> Which week is it?\n\nWeek 14, and only that one."
    ),
    "reply-between-the-lines": reply(
        says="On Tue, 10 Mar 2026 at 10:22, Ben <support@psychpath.com.au> wrote:\n"
        "> Which week?\nWeek 14.\n> Which browser?\nFirefox."
    ),
    "reply-closing": reply(says="Hi Ben,\n\nThanks, I tried that and it still fails at step 3."),
    "reply-gmail-dutch": reply(says="Het werkt nu."),
    "reply-gmail-english": reply(says="It works now, thank you."),
    "reply-gmail-french": reply(says="Merci, c’est réglé."),
    "reply-gmail-german": reply(says="Danke, das hat geklappt."),
    "reply-gmail-html": reply(says="Week 14 shows 2.5 hours."),
    "reply-gmail-italian": reply(says="Adesso funziona."),
    "reply-gmail-portuguese": reply(says="Agora está certo."),
    "reply-gmail-russian": reply(says="Теперь всё работает."),
    "reply-gmail-spanish": reply(says="Ya funciona."),
    "reply-gmail-swedish": reply(says="Nu fungerar det."),
    "reply-indented": reply(says="This is what I see:\n\n    week 14   0.0\n    week 15   2.5"),
    "reply-outlook-english": reply(says="All good now."),
    "reply-outlook-german": reply(says="Jetzt passt alles."),
    "reply-outlook-html": reply(says="The export is complete."),
    "reply-outlook-original-message": reply(says="Fixed, thanks."),
    "reply-outlook-rule": reply(says="Still empty, I am afraid."),
    "reply-phone": reply(says="Will try tonight."),
    "reply-quotation-alone": reply(says="> Please try again.\n> Ben"),
    "reply-signature": reply(says="Same as before."),
    "reply-thunderbird": reply(says="Works for me."),
    "reply-yahoo": reply(says="Yes, week 14 too."),
    "sender-without-domain": Expected(outcome=QUARANTINED, reason="no-sender"),
    "staff-without-proof": UNPROVEN,
    "staff-proof-below-ours": UNPROVEN,
    "staff-proof-in-a-comment": UNPROVEN,
    "staff-proof-in-encoded-words": UNPROVEN,
    "staff-proof-in-the-envelope": UNPROVEN,
    "staff-proof-of-another-domain": UNPROVEN,
    "staff-proof-of-another-server": UNPROVEN,
    "staff-proof-of-envelope-alone": UNPROVEN,
    "staff-proof-without-end": UNPROVEN,
    "staff-proven-by-dmarc": RUNG,
    "staff-proven-by-signature": RUNG,
    "stranger-account-with-anothers-token": Expected(outcome=QUARANTINED, reason="stranger", about="PP-1042"),
    "stranger-stolen-references": Expected(
        outcome=NEW,
        author="a guest",
        subject="Re: [PP-1042] Logbook export is missing week 14",
        says="What was this about?",
    ),
    "stranger-stolen-subject-number": Expected(
        outcome=NEW,
        author="dora",
        subject="Re: [PP-1042] Logbook export is missing week 14",
        says="Please send me the export of PP-1042.",
    ),
    "stranger-with-a-forwarded-token": Expected(outcome=QUARANTINED, reason="stranger", about="PP-1042"),
    "text-emoji-and-directions": new(says="👩\u200d💻 שלום \u202eabc\u202c done"),
    "text-too-long-for-a-message": reply(says="All of it. " * 908 + "All of\n\n[…]", files=["message.txt"]),
    "text-with-nul": new(says="Week14 and a mark"),
    "thread-agent-by-mail": Expected(
        outcome=BY_TOKEN, author="ben", about="PP-1042", says="Hello Amira, I have rebuilt it."
    ),
    "thread-by-in-reply-to": Expected(outcome=BY_HEADER, author="amira", about="PP-1042", says="I found it."),
    "thread-by-references": Expected(
        outcome=BY_HEADER, author="amira", about="PP-1042", says="Any news on this?"
    ),
    "thread-token-delivered-to": reply(says="Redirected."),
    "thread-token-in-capitals": reply(says="Shouting servers."),
    "thread-token-in-cc": reply(says="Copied to you."),
    "again-other-words-under-one-id": Expected(
        outcome=QUARANTINED, reason="clash", cause="<reply-phone@mail.example.com>"
    ),
    "again-the-same-mail": Expected(outcome=DUPLICATE, about="PP-1042"),
    "again-without-message-id": reply(says="My program numbers nothing."),
}
