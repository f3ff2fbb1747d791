"""The examples of docs/websocket.md, as they stand there, in Chromium against the whole system.

The page and its script come from the document, under the product's own content security policy. The React example is
bundled with the real React, which npm fetches for the test; the product needs neither.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import SOON, rows
from tests.system.people import Person
from tests.system.processes import ROOT, System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
NPM = shutil.which("npm")
PACKAGES = ("react@19.3.1", "react-dom@19.3.1", "esbuild@0.28.2")
MOUNT = """
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Support, Thread } from "./example.jsx";

const ticketId = new URLSearchParams(location.search).get("ticket");
const root = createRoot(document.body.appendChild(document.createElement("main")));
const draw = (enabled) => root.render(
  <StrictMode><Support /><Thread ticketId={ticketId} enabled={enabled} /></StrictMode>
);
globalThis.draw = draw;
draw(true);
"""


def example(language: str) -> str:
    """The one block in this language."""
    text = (ROOT / "docs" / "websocket.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(block)


def show(page: Page, markup: str, script: str, ticket: str) -> None:
    """In the place of a real answer of the system's, so at its origin and under its policy, for who is signed in."""
    page.goto("/")
    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    person = page.locator("body").get_attribute("data-user-id")
    markup = markup.replace("{{ csrf_token }}", str(token)).replace("{{ user.pk }}", str(person))
    page.route("**/example.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    answer = page.goto(f"/health/live?ticket={ticket}")
    assert answer
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    page.evaluate("(markup) => { document.open(); document.write(markup); document.close(); }", markup)


def support_is(agent: Person, availability: str) -> None:
    answer = agent.post("status/toggle/", {"availability": availability}, Prefer="wait=10")
    assert answer.status_code == 200
    until(lambda: agent.get("chat/online-status/").json()["availability"] == availability, what=availability)


def test_the_plain_page_is_a_whole_chat(
    window: Callable[..., Page], system: System, amira: Person, ben: Person
) -> None:
    ticket = str(amira.open_ticket("The plain example")["id"])
    support_is(ben, "online")
    page = window("amira")
    show(page, example("html"), example("js"), ticket)
    expect(page.locator("#support")).to_have_text("Ben is online.", timeout=SOON)

    page.get_by_label("Message").fill("   ")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#line")).to_have_text("Write a message first.")
    page.get_by_label("Message").fill("Hello")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Message")).to_have_value("")
    expect(page.locator("#thread li")).to_have_text(["You: Hello"])
    expect(page.locator("#thread li[data-state=stored]")).to_have_count(1, timeout=SOON)

    with ben.chat(ticket) as chat:
        chat.next("chat_history")
        chat.say(type="received", sequence=1)
        expect(page.locator("#thread li[data-state=delivered]")).to_have_count(1, timeout=SOON)
        chat.say(type="typing")
        expect(page.locator("#line")).to_have_text("Ben is typing…", timeout=SOON)
        chat.send("Hi Amira")
        expect(page.locator("#thread li")).to_have_text(["You: Hello", "Ben: Hi Amira"], timeout=SOON)
        expect(page.locator("#line")).to_have_text("")
        assert chat.next("read", is_support=False)["sequence"] == 2
    expect(page.locator("#thread li[data-state=seen]")).to_have_count(1, timeout=SOON)
    assert rows(system, ticket) == [(1, "Hello"), (2, "Hi Amira")]
    support_is(ben, "offline")


def test_the_plain_page_survives_the_server_under_the_same_words(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket = str(amira.open_ticket("The plain example, without a server")["id"])
    page = patient("amira")
    show(page, example("html"), example("js"), ticket)
    expect(page.locator("#support")).not_to_be_empty(timeout=SOON)
    page.get_by_label("Message").fill("zero")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#thread li[data-state=stored]")).to_have_count(1, timeout=SOON)
    system.kill("web")
    for text in ("one", "two"):
        page.get_by_label("Message").fill(text)
        page.get_by_role("button", name="Send").click()
    expect(page.locator("#line")).to_have_text("Reconnecting… 2 waiting to send.", timeout=SOON)
    system.run("web")
    system.wait_until_ready()
    expect(page.locator("#thread li[data-state=stored]")).to_have_count(3, timeout=30_000)
    assert rows(system, ticket) == [(1, "zero"), (2, "one"), (3, "two")]


def bundle(folder: Path) -> str:
    """The React example with the real React, as esbuild puts it together; the product's modules stay outside."""
    assert NPM, "no npm: the React example is tried with the real React"
    run(folder, NPM, "install", "--no-audit", "--no-fund", "--no-save", *PACKAGES)
    (folder / "example.jsx").write_text(example("jsx"), encoding="utf-8")
    (folder / "mount.jsx").write_text(MOUNT, encoding="utf-8")
    options = ("--bundle", "--format=esm", "--jsx=automatic", "--external:/static/*", "--outfile=example.js")
    run(folder, "node_modules/.bin/esbuild", "mount.jsx", *options)
    return (folder / "example.js").read_text(encoding="utf-8")


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-4000:]


def test_the_react_example_is_a_whole_chat(
    window: Callable[..., Page], system: System, amira: Person, ben: Person, tmp_path: Path
) -> None:
    ticket = str(amira.open_ticket("The React example")["id"])
    support_is(ben, "offline")
    page = window("amira")
    empty = re.sub(r"<p id=.*</form>", "", example("html"), flags=re.DOTALL)
    show(page, empty, bundle(tmp_path), ticket)
    main = page.locator("main")
    expect(main).to_contain_text("Nobody is online. We answer by email.", timeout=SOON)

    main.get_by_role("textbox").fill("Hello from React")
    main.get_by_role("button", name="Send").click()
    expect(main.locator("li[data-state=stored]")).to_have_text(["Hello from React"], timeout=SOON)
    expect(main.get_by_role("textbox")).to_have_value("")
    ben.post(f"tickets/{ticket}/message/", {"message": "Hi Amira"})
    expect(main.locator("li")).to_have_text(["Hello from React", "Hi Amira"], timeout=SOON)
    assert rows(system, ticket) == [(1, "Hello from React"), (2, "Hi Amira")]

    # Not enabled: no line. Enabled again: what was missed is there, once.
    page.evaluate("draw(false)")
    expect(main.get_by_role("status")).to_contain_text("Reconnecting…", timeout=SOON)
    ben.post(f"tickets/{ticket}/message/", {"message": "Still there?"}, Prefer="wait=10")
    expect(main.locator("li")).to_have_count(2)
    page.evaluate("draw(true)")
    expect(main.locator("li")).to_have_text(["Hello from React", "Hi Amira", "Still there?"], timeout=SOON)
    expect(main.get_by_role("status")).to_have_count(0)
