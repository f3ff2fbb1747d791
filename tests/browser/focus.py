"""Focus: where it is, that it can be seen, and that nothing but a hand moves it. For tests by keyboard.

`rests` after a step says that the focus was not lost; `undisturbed` around something that arrives says that neither
focus, nor what is selected, nor scroll moved.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page

_WHERE = """() => {
  const node = document.activeElement;
  if (!node || node === document.body || node === document.documentElement) return null;
  const ring = (one) => getComputedStyle(one).outlineStyle !== "none" || getComputedStyle(one).boxShadow !== "none";
  const around = [node, node.labels?.[0], node.parentElement, node.parentElement?.parentElement].filter(Boolean);
  const html = node.outerHTML.replace(/\\s+/g, " ").slice(0, 110);
  return { html, visible: node.checkVisibility() && around.some(ring) };
}"""
_HELD = """() => {
  window.held ??= new Map();
  const { activeElement: node, scrollingElement } = document;
  if (!window.held.has(node)) window.held.set(node, window.held.size);
  const logs = [...document.querySelectorAll("[role=log]")].filter((one) => one.checkVisibility());
  return {
    focus: window.held.get(node), text: node.value ?? null, caret: [node.selectionStart, node.selectionEnd],
    page: scrollingElement.scrollTop, threads: logs.map((one) => Math.round(one.scrollTop)),
  };
}"""


def rests(page: Page) -> str:
    """The focus is on something that shows it, never lost to the body; its markup, for a message."""
    found: dict[str, Any] | None = page.evaluate(_WHERE)
    assert found, "the focus is lost"
    assert found["visible"], f"nothing shows that the focus is on {found['html']}"
    return str(found["html"])


@contextmanager
def undisturbed(page: Page) -> Iterator[None]:
    """What arrives inside moves neither focus, caret nor scroll, and changes no word that was typed."""
    before = page.evaluate(_HELD)
    yield
    assert page.evaluate(_HELD) == before
