"""A visitor without an account, through the real processes: chats, is answered, comes back by the link in the mail."""

import re
from email.message import EmailMessage

import httpx
import pytest

from tests.system.people import Chat, Person, token_on
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.flows
LINK = re.compile(r"https?://[^/\s]+(/support-tickets/guest/return/\S+)")


class Guest(Person):
    """A browser of somebody who never signs in; `api` holds their token once they are a guest."""

    def __init__(self, system: System) -> None:
        self.system, self.username, self.token = system, "", ""
        self.http = httpx.Client(base_url=system.url, timeout=20, headers={"Referer": system.url})

    def __enter__(self) -> "Guest":
        return self

    def send(self, path: str, **form: str) -> httpx.Response:
        """Post a form with the token of its page."""
        token = token_on(self.http.get(path).text)
        return self.http.post(path, data=form | {"csrfmiddlewaretoken": token})

    def write(self, address: str, message: str, **more: str) -> httpx.Response:
        return self.send("/support-tickets/guest", name="Grace", email=address, message=message, **more)

    def follow(self, path: str) -> str:
        """Push the button of a mailed link; the ticket it opens."""
        answer = self.send(path)
        assert answer.status_code == 302, answer.text
        ticket_id = answer.headers["Location"].removeprefix("/support-tickets/")
        self.token = token_on(self.http.get(answer.headers["Location"]).text)
        return ticket_id


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def mails_to(system: System, address: str) -> list[EmailMessage]:
    return [mail for mail in system.sink.messages if mail["X-Rcpt-To"] == address]


def test_a_guest_chats_is_answered_and_goes_on_in_another_browser(system: System, ben: Person) -> None:
    address = "grace-flow@example.com"
    assert ben.post("status/toggle/", {"availability": "online"}, Prefer="wait=10").status_code == 200
    with Guest(system) as grace, Guest(system) as elsewhere, Guest(system) as stranger:
        answer = grace.write(address, "Is week 14 missing?", chat="1")
        assert answer.status_code == 302, answer.text
        ticket = re.findall(r"[0-9a-f-]{36}", answer.headers["Location"])[0]

        with grace.chat("general") as talk, ben.chat(ticket) as desk:
            assert talk.next("chat_history")["messages"][0]["message"] == "Is week 14 missing?"
            desk.next("chat_history")
            desk.send("I am looking.")
            assert talk.next("message")["message"]["message"] == "I am looking."

        until(lambda: len(mails_to(system, address)) >= 2, what="the link and the reply are mailed")
        links = [LINK.findall(text_of(mail))[0] for mail in mails_to(system, address)]
        assert [elsewhere.follow(link) for link in links] == [ticket] * len(links)
        with elsewhere.chat(ticket) as talk, ben.chat(ticket) as desk:
            said = [message["message"] for message in talk.next("chat_history")["messages"]]
            assert said == ["Is week 14 missing?", "I am looking."]
            desk.next("chat_history")
            talk.send("Thank you, from my phone.")
            heard = desk.next("message")["message"]
            assert (heard["message"], heard["is_support"]) == ("Thank you, from my phone.", False)

        assert system.rows(
            "SELECT DISTINCT actor FROM support_change WHERE ticket_id = %s AND actor LIKE 'guest:%%'", ticket
        ) == [(f"guest:{heard['sender']['id']}",)]
        assert stranger.write(address, "Let me in.").status_code == 302
        assert stranger.get(f"tickets/{ticket}/").status_code == 404
        with Chat(stranger, f"{system.url}/ws/chat/{ticket}/") as talk:
            assert talk.close_code() == 4404


def test_what_guests_may_not_do_over_the_api(system: System, ben: Person) -> None:
    with Guest(system) as grace:
        ticket = re.findall(
            r"[0-9a-f-]{36}", grace.write("grace-api@example.com", "Hello.").headers["Location"]
        )[0]
        page = grace.http.get(f"/support-tickets/{ticket}")
        grace.token = token_on(page.text)

        assert [found["id"] for found in grace.get("tickets/").json()["tickets"]] == [ticket]
        assert (
            grace.post(f"tickets/{ticket}/message/", {"message": "More."}, Prefer="wait=10").status_code
            == 201
        )
        refused = {
            "tickets/all/": grace.get("tickets/all/"),
            "status/toggle/": grace.post("status/toggle/", {"is_online": True}),
            "assign/": grace.post(f"tickets/{ticket}/assign/", {"assignee": None}),
            "priority/": grace.post(f"tickets/{ticket}/priority/", {"priority": "URGENT"}),
            "tags/": grace.post(f"tickets/{ticket}/tags/", {"tags": ["x"]}),
        }
        assert {path: answer.status_code for path, answer in refused.items()} == dict.fromkeys(refused, 403)
        others = ben.get("tickets/all/").json()["tickets"]
        foreign = next(found["id"] for found in others if found["id"] != ticket)
        assert grace.get(f"tickets/{foreign}/").status_code == 404
        assert grace.post(f"tickets/{foreign}/message/", {"message": "x"}).status_code == 404
