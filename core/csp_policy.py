"""The content security policy of every page: what it may load is named, the rest is stopped and reported.

Called once by `core.settings`. No `unsafe-` anything: pages and modules have no inline style or script. Trusted Types
are not asked for, because htmx writes its fragments with innerHTML. A view that needs another policy says so itself
(`notifications.views`), and why.
"""

from typing import Any, Final

from csp.constants import NONE, SELF

REPORTS: Final = "/csp-reports"


def policy(site_url: str, *, pictures: list[str], development: bool) -> dict[str, Any]:
    """django-csp's CONTENT_SECURITY_POLICY; `pictures` are origins that images may come from besides our own."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:", *pictures],  # the QR code of two-step sign-in; the brand's logo
            "font-src": [SELF],
            "media-src": [SELF],
            "connect-src": [
                SELF,
                site_url.replace("http", "ws", 1),
            ],  # older Safari does not count ws: to 'self'
            "manifest-src": [SELF],
            "worker-src": [NONE],
            "frame-src": [SELF if development else NONE],  # the mailbox shows mails in frames
            "object-src": [NONE],
            "base-uri": [SELF],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
            "report-uri": [REPORTS],
        }
    }
