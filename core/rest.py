"""Settings of the API's frameworks: Django REST framework and drf-spectacular. Called by `core.settings` only."""

from typing import Any


def framework(*, proxies: int) -> dict[str, Any]:
    """REST_FRAMEWORK. `proxies`: how many in front are believed about a client's address."""
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": ["support.api.authentication.Session"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["support.api.parsers.BoundedJSONParser"],
        "DEFAULT_METADATA_CLASS": None,  # OPTIONS would describe every form; /support/api/docs/ does, and nobody asks
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "EXCEPTION_HANDLER": "support.api.errors.handle",
        "UNICODE_JSON": True,
        "NUM_PROXIES": proxies,
    }


def schema(*, title: str) -> dict[str, Any]:
    """SPECTACULAR_SETTINGS; the browsable page's files come from the sidecar, not from a CDN."""
    words = ("Status", "Priority", "TicketType", "Availability")
    return {
        "TITLE": title,
        "DESCRIPTION": "Tickets, messages and presence. Sockets are described in docs/websocket.md.",
        "VERSION": "1.0.0",
        "OAS_VERSION": "3.1.0",
        "POSTPROCESSING_HOOKS": [
            "drf_spectacular.hooks.postprocess_schema_enums",
            "support.api.described.with_values",
        ],
        "SERVE_INCLUDE_SCHEMA": False,
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
        "ENUM_NAME_OVERRIDES": {name: f"support.workflow.{name}" for name in words},
    }
