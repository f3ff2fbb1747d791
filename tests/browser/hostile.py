"""The hostile words of `tests.security.corpus` in their places: on tickets, in names, in mails, in a dead letter."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from uuid import uuid4

from playwright.sync_api import Page

from tests.security.corpus import HOSTILE, LINE
from tests.system.mailed import AMIRA, by_postmark, mail_to, reply_to
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

TAG = HOSTILE[1][:39]
SUPPORT = "support@psychpath.com.au"
NAME, SUBJECT, FILE = HOSTILE[1], HOSTILE[1] + HOSTILE[2], f"{HOSTILE[3]}.txt"


def called_so(person: Person) -> None:
    """The words are their first name."""
    form = {
        "csrfmiddlewaretoken": person.token,
        "first_name": NAME,
        "timezone": "Australia/Perth",
        "theme": "auto",
    }
    assert person.http.post("/accounts/profile/", data=form).status_code == 302


def written_everywhere(system: System, amira: Person, ben: Person) -> str:
    """By the requester and by an agent; the id of the ticket that holds it all."""
    for person in (amira, ben):
        called_so(person)
    words = {
        "subject": SUBJECT,
        "description": LINE,
        "tags": [TAG],
        "current_url": f"https://example.com/{HOSTILE[2]}",
        "browser_info": HOSTILE[3],
        "context_data": {HOSTILE[1]: LINE},
    }
    answer = amira.post("tickets/create/", words, Prefer="wait=10")
    assert answer.status_code == 201, answer.text
    ticket = str(answer.json()["id"])
    for person in (amira, ben):
        for hostile in HOSTILE:
            body = {"message": hostile}
            said = person.post(f"tickets/{ticket}/message/", body, Prefer="wait=10")
            assert said.status_code == 201, said.text
    note = {"message": LINE, "audience": "staff"}
    assert ben.post(f"tickets/{ticket}/message/", note, Prefer="wait=10").status_code == 201
    assert ben.post(f"tickets/{ticket}/assign/", {"assigned_to": ben.id}, Prefer="wait=10").status_code == 200
    return ticket


def mailed_in(system: System) -> tuple[str, str]:
    """One mail of a stranger, who becomes a guest of this name; the ids of mail and ticket."""
    mail = EmailMessage()
    mail["From"], mail["To"] = Address(NAME, addr_spec="mallory@example.com"), SUPPORT
    mail["Subject"], mail["Message-ID"] = SUBJECT, make_msgid(domain="mail.example.com")
    mail.set_content(LINE)
    mail.add_attachment(b"1", maintype="text", subtype="plain", filename=FILE)
    assert by_postmark(system, mail.as_bytes(), SUPPORT).status_code == 200
    query = "SELECT id::text, ticket_id::text FROM notifications_incomingmail WHERE outcome = 'new'"
    [row] = until(lambda: system.rows(query), what="the mail is a ticket")
    return row


def answered_by_mail(system: System, ticket: str) -> str:
    """Amira's answer to what she was mailed about it; the id of the message."""
    mail = mail_to(system, AMIRA, {"number": number_of(system, ticket)})
    raw = reply_to(mail, AMIRA, LINE)
    assert by_postmark(system, raw, str(mail["Reply-To"])).status_code == 200
    query = "SELECT id::text FROM support_chatmessage WHERE ticket_id = %s AND source = 'email'"
    [(message,)] = until(lambda: system.rows(query, ticket), what="her mail is a message")
    return str(message)


def number_of(system: System, ticket: str) -> int:
    [(number,)] = system.rows("SELECT number FROM support_supportticket WHERE id = %s", ticket)
    return int(number)


def held(system: System) -> str:
    """A dead letter that tells of the words; its id."""
    letter = str(uuid4())
    system.execute(
        "INSERT INTO support_deadletter (id, shard, kind, payload, error, attempts, state, created_at)"
        " VALUES (%s, 0, %s, %s, %s, 1, 'held', now())",
        letter,
        TAG,
        LINE,
        LINE,
    )
    return letter


def begin_chat(guest: Page) -> None:
    """As a visitor does, in the floating chat."""
    guest.goto("/")
    guest.get_by_role("button", name="Open support chat").click()
    panel = guest.get_by_role("dialog", name="Support chat")
    panel.get_by_label("First name").fill(NAME)
    panel.get_by_label("Email for our reply").fill("gus@example.com")
    panel.get_by_label("Your message").fill(LINE)
    panel.get_by_role("button", name="Start chat").click()
