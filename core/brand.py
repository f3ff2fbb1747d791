"""The brand's mark: the picture that BRAND_LOGO names, or none, which means the built-in one.

Called by template tags for pages and by the settings for the content security policy. BRAND_LOGO is a URL, a path of
this site ("/media/logo.svg") or the path of a static file ("support/img/logo.svg"). Must not: read the picture.
"""

from urllib.parse import urlsplit

from django.templatetags.static import static

BUILT_IN_ICON = "support/img/favicon.svg"


def is_static(logo: str) -> bool:
    """Whether it is served from our own static files."""
    return bool(logo) and not logo.startswith(("/", "https://", "http://"))


def address(logo: str) -> str:
    """Where a page finds it; nothing when there is none."""
    return static(logo) if is_static(logo) else logo


def icon(logo: str) -> str:
    """The picture of the browser's tab."""
    return address(logo or BUILT_IN_ICON)


def origins(logo: str) -> list[str]:
    """The other host that pages load it from, if any."""
    parts = urlsplit(logo)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
