"""Every address of the product, read from the URL conf, so that nobody has to remember to list a new one.

The admin's read-only pages of the domain are one family: a model that is registered tomorrow gets their expectations.
So are the webhooks of mail, of every provider that anymail knows.
"""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

FAMILIES = {
    "admin/.../": re.compile(r"^admin/(support|notifications)/\w+/"),
    "anymail/amazon_ses/.../": re.compile(r"^anymail/amazon_ses/\w+/"),
    "anymail/.../": re.compile(r"^anymail/(?!amazon_ses/|unisender_go/).+"),
}
_NAMED = re.compile(r"\(\?P<(\w+)>[^()]*(?:\([^()]*\))*[^()]*\)")
_MAY_BE_LEFT_OUT = re.compile(r"\([^()]*\)\?")
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def routes() -> dict[str, str]:
    """By what the tables call them, with `<name>` where a value belongs; the empty one is whatever is no address."""
    found: dict[str, str] = {}
    for name, route in addresses():
        found.setdefault(name, route)
    return found


def addresses() -> Iterator[tuple[str, str]]:
    """Each of them, those of one family too, with what the tables call it."""
    for route in _walk(get_resolver(), ""):
        name = route
        for family, pattern in FAMILIES.items():
            name = pattern.sub(family, name)
        yield name or "home", route


def places(route: str) -> list[str]:
    """The names of the values in a route."""
    return _PLACE.findall(route)


def filled(route: str, values: dict[str, str]) -> str:
    """A path: the route with its values."""
    return "/" + _PLACE.sub(lambda found: values[found[1]], route)


def _walk(resolver: URLResolver, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + _readable(entry)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        else:
            yield route


def _readable(entry: URLPattern | URLResolver) -> str:
    text = str(entry.pattern)
    if isinstance(entry.pattern, RoutePattern):
        return _PLACE.sub(r"<\1>", text)
    return _MAY_BE_LEFT_OUT.sub("", _NAMED.sub(r"<\1>", text)).strip("^$")
