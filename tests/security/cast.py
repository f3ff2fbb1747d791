"""Every kind of person there is, and one of everything that may be asked for, with a canary in what is not for all.

Amira's ticket holds a message, an internal note, a file that came by mail and a live chat with Ben. What is in the
places of a route is hers, or somebody's who has the right; a guest with a ticket of his own is asked about that one.
"""

from dataclasses import dataclass
from functools import cached_property

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from core import ids
from core.contracts import encode
from core.models import User
from notifications import mail_tokens
from notifications.models import IN_APP, Delivery, NoticeKind, Run, RunAction, State
from support import commands
from support.guests import backend, links, people
from support.models import ChatSession, DeadLetter, SupportTicket
from support.models.sessions import SessionState
from tests.notifications.post import PostOffice
from tests.support.conftest import Desk

PUBLIC, STAFF_ONLY = "canary-for-her-and-staff", "canary-for-staff"
# The columns of the tables, in their order.
KINDS = ("nobody", "guest", "gale", "amira", "dora", "agent", "admin", "super", "gone")
MAY_READ = {"amira", "agent", "admin"}
MAY_READ_NOTES = {"agent", "admin"}


@dataclass
class Cast:
    """The people by kind; None is somebody without a session. `values`: what stands in a route's places."""

    people: dict[str, User | None]
    guests_ticket: SupportTicket
    values: dict[str, str]

    def values_for(self, kind: str, route: str) -> dict[str, str]:
        """When this person asks for this route."""
        beginning = next((name for name in self.values if "/" in name and route.startswith(name)), None)
        last = {} if beginning is None else dict.fromkeys(("token", "object_id"), self.values[beginning])
        own = {"ticket_id": str(self.guests_ticket.pk)} if kind == "guest" else {}
        return self.values | last | own

    @cached_property
    def browsers(self) -> dict[str, Client]:
        """Each signed in once; whoever is gone signed in before that."""
        return {kind: _browser(user) for kind, user in self.people.items()}


def _browser(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend=backend.PATH if user.is_guest else None)
    return client


def make_cast(desk: Desk, amira: User, dora: User, ben: User, admin: User) -> Cast:
    """All of it; what is said is said through the real services, and the log is empty afterwards."""
    office = PostOffice(desk, amira, ben)
    mail = office.deliver(office.raw("files-inline-picture"))
    desk.say(amira, office.ticket, f"It says {PUBLIC}")
    desk.say(ben, office.ticket, f"We say {STAFF_ONLY}", audience="staff")
    guest, gale = (people.new_guest(f"{name}@example.com", name.title()) for name in ("gus", "gale"))
    guests_ticket = desk.ask(guest, "A guest's own question")
    everybody: dict[str, User | None] = {
        "nobody": None,
        "guest": guest,
        "gale": gale,
        "amira": amira,
        "dora": dora,
        "agent": ben,
        "admin": admin,
        "super": User.objects.create_user("sue", "sue@example.com", is_superuser=True),
        "gone": User.objects.create_user("gina", "gina@example.com", is_staff=True, is_superuser=True),
    }
    message = office.ticket.messages.get(source="email")
    values = {
        "ticket_id": str(office.ticket.pk),
        "message_id": str(message.pk),
        "command_id": str(message.pk),
        "file_id": message.files[0]["id"],
        "mail_id": str(mail.pk),
        "delivery_id": str(office.mailed.pk),
        "support-tickets/guest/return/": links.token(guest, guests_ticket.pk),
        **_rows(office.ticket, amira, ben, admin),
        **_of_the_admin(amira, admin),
    }
    _chats(office.ticket, guests_ticket, ben)
    cast = Cast(everybody, guests_ticket, values)
    assert cast.browsers  # everybody has signed in
    User.objects.filter(username="gina").update(is_active=False)
    return cast


def _chats(ticket: SupportTicket, guests_ticket: SupportTicket, ben: User) -> None:
    """Both tickets are live chats with Ben."""
    for each in (ticket, guests_ticket):
        now = timezone.now()
        ChatSession.objects.create(
            ticket=each,
            requester=each.requester,
            agent=ben,
            state=SessionState.ACTIVE,
            created_at=now,
            accepted_at=now,
        )


def _rows(ticket: SupportTicket, amira: User, ben: User, admin: User) -> dict[str, str]:
    """A notice of Amira's, a run of an admin's, and what a link of a mail carries."""
    now = timezone.now()
    notice = Delivery.objects.create(
        id=ids.new_id(),
        event_id=ids.new_id(),
        event_kind="StatusChanged",
        command_id=ids.new_id(),
        notice=NoticeKind.TICKET_UPDATE,
        ticket=ticket,
        recipient=amira,
        transport=IN_APP,
        state=State.SENT,
        due_at=now,
        facts={"before": "OPEN", "after": "RESOLVED", "actor": ben.actor},
    )
    run = Run.objects.create(action=next(iter(RunAction)), until=now, total=1, by=admin)
    return {
        "notice_id": str(notice.pk),
        "run_id": str(run.pk),
        "task_id": str(ids.new_id()),
        "letter_id": str(_letter(ticket, amira).pk),
        "notifications/stop/": mail_tokens.token(amira.pk, "ticket_reply:email"),
        "notifications/email/": mail_tokens.token(amira.pk),
    }


def _letter(ticket: SupportTicket, amira: User) -> DeadLetter:
    """A message of hers that could not be stored."""
    now = timezone.now()
    command = commands.PostMessage(
        id=ids.new_id(), actor=amira.actor, at=now, ticket_id=ticket.pk, body="Held"
    )
    return DeadLetter.objects.create(
        id=command.id, shard=0, kind="PostMessage", payload=encode(command).decode(), created_at=now
    )


def _of_the_admin(amira: User, admin: User) -> dict[str, str]:
    """What the admin's own addresses are about."""
    group = Group.objects.create(name="Somebody")
    address = EmailAddress.objects.create(user=amira, email="amira@elsewhere.example.com", verified=True)
    device = Authenticator.objects.create(user=admin, type=Authenticator.Type.RECOVERY_CODES, data={})
    kind = ContentType.objects.get_for_model(User)
    return {
        "id": str(amira.pk),
        "object_id": str(amira.pk),
        "admin/auth/group/": str(group.pk),
        "admin/account/emailaddress/": str(address.pk),
        "admin/mfa/authenticator/": str(device.pk),
        "content_type_id": str(kind.pk),
        "app_label": "support",
        "url": "nowhere",
        "key": "no-key-of-ours",
        "uidb36": "1",
    }
