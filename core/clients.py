"""Which internet address a request comes from: the connection's own, or what trusted proxies say of it. Pure.

Called by whatever limits addresses; how many proxies there are is NUM_PROXIES of REST_FRAMEWORK.
"""

from django.conf import settings


def address_of(remote: str, forwarded: str) -> str:
    """`forwarded` is X-Forwarded-For; as many of its last entries as there are proxies are believed."""
    proxies: int = settings.REST_FRAMEWORK["NUM_PROXIES"]
    named = [part.strip() for part in forwarded.split(",") if part.strip()]
    return named[-min(proxies, len(named))] if proxies and named else remote
