"""The watch itself: what the policy stops reaches both the test that looks and the log of the operators."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.watch import Watch
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
OFFEND = """() => {
  document.body.setAttribute("style", "color: red");
  document.head.append(Object.assign(document.createElement("script"), { text: "window.ran = true" }));
  setTimeout(() => { throw new Error("a mistake of ours"); });
}"""


def test_a_stopped_style_a_stopped_script_and_a_mistake_are_seen(chromium: Browser, system: System) -> None:
    watch, before = Watch(), len(system.policy_reports())
    with chromium.new_context(base_url=system.url) as context:
        page = watch.over(context, "dora").new_page()
        page.goto("/accounts/login/")
        page.evaluate(OFFEND)
        until(lambda: page.evaluate("true") and len(watch.failures) >= 3, what=str(watch.failures))
        assert page.evaluate("window.ran") is None
        # While the profile is there: reports that are still under way go with it.
        until(lambda: len(system.policy_reports()) == before + 2, what="the two reports")
    found = sorted(system.policy_reports()[before:])
    assert [
        directive in line
        for directive, line in zip(("script-src-elem", "style-src-attr"), found, strict=True)
    ]
    assert all("/accounts/login/" in line for line in found)
    seen = "\n".join(watch.failures)
    for complaint in ("style-src-attr", "script-src-elem", "a mistake of ours"):
        assert complaint in seen


def test_every_window_of_these_tests_is_watched() -> None:
    """A profile is made where it is watched: by the fixtures, on the stage, and above."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("*.py")}
    made = {name for name, source in sources.items() if ".new_context(" in source}
    assert made == {"conftest.py", "stage.py", Path(__file__).name}
    assert [name for name, source in sources.items() if "chromium.new" + "_page(" in source] == []
