"""The canary of X1: said wherever a person can say something, used as a secret, and part of everything that fails."""

from uuid import uuid4

import httpx

from tests.security.opened_links import cookies_of
from tests.system.people import Person, token_on
from tests.system.processes import System
from tests.system.waiting import until

CANARY = f"canary{uuid4().hex[:12]}"


def say_it_everywhere(amira: Person, ben: Person) -> str:
    """The canary in every place that takes words; the id of a ticket that holds it."""
    more = {"tags": [CANARY], "current_url": f"https://example.com/{CANARY}", "context_data": {"k": CANARY}}
    words = {"subject": f"About {CANARY}", "description": f"It says {CANARY}", **more}
    ticket = str(amira.post("tickets/create/", words, Prefer="wait=10").json()["id"])
    for person, extra in ((amira, {}), (ben, {"audience": "staff"}), (ben, {})):
        said = person.post(
            f"tickets/{ticket}/message/", {"message": f"{CANARY}, too", **extra}, Prefer="wait=10"
        )
        assert said.status_code == 201, said.text
    assert amira.post("chat/message/", {"message": CANARY}, Prefer="wait=10").status_code == 201
    assert amira.get("tickets/", search=CANARY).json()["tickets"]
    assert amira.post("tickets/create/", {"subject": CANARY}).status_code == 422
    amira.http.post(
        "/support/api/tickets/create/", content=f'{{"subject": "{CANARY}', headers={"X-CSRFToken": CANARY}
    )
    for address in (f"/support-tickets/guest/return/{CANARY}", f"/notifications/stop/{CANARY}"):
        amira.http.get(address)
    return ticket


def use_it_as_a_secret(system: System) -> set[str]:
    """The canary as a password, right and wrong, as somebody's address and name, as a token; the visitors' cookies."""
    with httpx.Client(base_url=system.url, timeout=20, headers={"Referer": system.url}) as visitor:
        cookies = set()

        def post(path: str, **form: str) -> int:
            token = token_on(visitor.get("/accounts/login/").text)
            status = visitor.post(path, data={"csrfmiddlewaretoken": token, **form}).status_code
            cookies.update(cookies_of(visitor))
            return status

        assert post("/accounts/login/", login="amira", password=CANARY) == 200
        assert post("/accounts/login/", login=CANARY, password=CANARY) == 200
        for known_or_not in (f"{CANARY}@example.com", "amira@example.com"):
            assert post("/accounts/password/reset/", email=known_or_not) == 302
        new = {
            "email": f"{CANARY}@example.org",
            "username": CANARY,
            "password1": f"{CANARY} and ninety other otters",
        }
        assert post("/accounts/signup/", **new, password2=new["password1"]) == 302
        guest = {"email": f"{CANARY}@example.net", "name": CANARY, "message": CANARY}
        assert post("/support-tickets/guest", **guest) == 302
        assert post("/support-tickets/guest/link", email=f"{CANARY}@example.net") == 302
        for path in ("/health/ready", "/metrics"):
            visitor.get(path, headers={"Authorization": f"Bearer {CANARY}", "X-Forwarded-For": "203.0.113.1"})
    return cookies


def let_it_fail(system: System, amira: Person, ben: Person, ticket: str) -> None:
    """A mail that is refused with the canary in the answer, a task that fails, a command that cannot be stored."""
    guest = f"{CANARY}@example.net"
    system.sink.answers[guest] = [f"550 5.1.1 <{guest}> is nobody here"]
    with httpx.Client(base_url=system.url, timeout=20, headers={"Referer": system.url}) as visitor:
        token = token_on(visitor.get("/accounts/login/").text)
        form = {"csrfmiddlewaretoken": token, "email": guest}
        assert visitor.post("/support-tickets/guest/link", data=form).status_code == 302
    refused = "SELECT count(*) FROM notifications_delivery WHERE state = 'failed' AND cause LIKE %s"
    until(lambda: system.rows(refused, f"550 %{CANARY}%") == [(1,)], what="the mail is refused")

    system.fail_points.arm("send.before", "raise", about="email")
    said = ben.post(f"tickets/{ticket}/message/", {"message": f"{CANARY} fails"}, Prefer="wait=10")
    assert said.status_code == 201
    until(lambda: _failed(system) == {"email.deliver"}, what="the task has failed")

    poison = str(uuid4())
    system.fail_points.arm("apply.before", "raise", turn=0, about=poison)
    with amira.chat(ticket) as chat:
        chat.send(f"{CANARY} is held", poison)
        letters = "SELECT count(*) FROM support_deadletter WHERE payload LIKE %s"
        until(lambda: system.rows(letters, f"%{CANARY}%") == [(1,)], what="the command is held")
    system.fail_points.disarm()


def _failed(system: System) -> set[str]:
    return {task["name"] for task in system.flower_tasks().values() if task["state"] == "FAILURE"}


def error_pages(system: System, installed: str, ticket: str) -> dict[str, str]:
    """What says that something went wrong, to a request that holds the canary wherever its page need not repeat it."""
    told = {
        "Authorization": f"Bearer {CANARY}",
        "Cookie": f"theirs={CANARY}",
        "User-Agent": CANARY,
        "Referer": f"{system.url}/{CANARY}",
    }
    body = {"message": CANARY, "password": CANARY}
    pages = {}
    for path in (f"/{ticket}", "/nowhere", "/%00"):
        pages[path] = httpx.get(f"{system.url}{path}", headers=told).text
        pages[f"POST {path}"] = httpx.post(f"{system.url}{path}", headers=told, data=body).text
    forged = httpx.post(f"{system.url}/accounts/login/", headers=told, data=body)
    assert forged.status_code == 403
    with httpx.Client(base_url=installed, timeout=20, headers={"Referer": installed}) as visitor:
        form = {"csrfmiddlewaretoken": token_on(visitor.get("/accounts/login/").text), "login": CANARY}
        mistake = visitor.post("/accounts/login/", data={**form, "password": CANARY})
    assert (mistake.status_code, "Our mistake" in mistake.text) == (500, True)
    return pages | {"csrf": forged.text, "500": mistake.text}
