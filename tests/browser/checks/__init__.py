"""What must hold on every state, each a function from a visit to its findings; a finding is a sentence."""

from tests.browser.checks.axe import axe
from tests.browser.checks.colours import forced_colours
from tests.browser.checks.keyboard import keyboard
from tests.browser.checks.motion import stillness
from tests.browser.checks.space import large_text, reflow

__all__ = ["axe", "forced_colours", "keyboard", "large_text", "reflow", "stillness"]
