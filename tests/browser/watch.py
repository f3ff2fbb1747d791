"""What a page complains about while somebody looks at it: the console, its scripts, the content security policy.

Every context of a browser test is watched. `Watch.failures` fails the test whatever it is about; `Watch.noise` are the
console's other errors, which a test that cuts the line itself may let pass.
"""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

_VIOLATION = "content security policy: "
# What a policy only reports is no error of the console, but an event it is.
_LISTEN = f"""
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("{_VIOLATION}" + event.effectiveDirective + " stopped " + (event.blockedURI || "something")
    + " in " + (event.sourceFile || "the page") + ":" + event.lineNumber));
"""


@dataclass
class Watch:
    """Collects for as many contexts as it is given; `who` says in whose window it was."""

    failures: list[str] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext, who: str) -> BrowserContext:
        """Listen to every page that the context opens."""
        context.add_init_script(_LISTEN)
        context.on("page", lambda page: self._page(page, who))
        return context

    def _page(self, page: Page, who: str) -> None:
        page.on("pageerror", lambda error: self.failures.append(f"{who}: {error}"))
        page.on("console", lambda line: self._line(line, who))

    def _line(self, line: ConsoleMessage, who: str) -> None:
        if line.type != "error":
            return
        ours = _VIOLATION in line.text or "Content Security Policy" in line.text
        (self.failures if ours else self.noise).append(f"{who}: {line.text}")
