"""How what is our own describes itself in OpenAPI: the session with its CSRF token, and the fields.

The generator finds these classes once the module is loaded, which `support.api.urls` sees to. Nothing here decides
what is taken: rules and patterns are those of `support.validators`.
"""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension

from support.validators import MOST_CONTEXT_DEPTH, MOST_TAGS, NO_TEXT, TAG, Text

Shape = dict[str, Any]
STORABLE = {"type": "string", "pattern": f"^[^{NO_TEXT}]*$"}
_VALUE = {"$ref": "#/components/schemas/StorableValue"}
STORABLE_OBJECT = {"type": "object", "propertyNames": STORABLE, "additionalProperties": _VALUE}
STORABLE_VALUE = {
    "anyOf": [
        {"type": ["null", "boolean", "number"]},
        STORABLE,
        {"type": "array", "items": _VALUE},
        STORABLE_OBJECT,
    ]
}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`authentication.Session`: the pages' cookie; a write also needs the CSRF token, in a header and in its cookie."""

    target_class = "support.api.authentication.Session"
    name = ["session", "csrfCookie", "csrfToken"]

    def get_security_definition(self, auto_schema: Any) -> list[Shape]:
        """Three keys, all of which a write needs."""
        return [
            {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
            {"type": "apiKey", "in": "cookie", "name": settings.CSRF_COOKIE_NAME},
            {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
        ]

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """Reading needs the session alone."""
        return {key: [] for key in (["session"] if auto_schema.method == "GET" else self.name)}


def with_values(result: Shape, **_: Any) -> Shape:
    """Hook of the generator: a component that refers to itself comes from no serializer."""
    result["components"]["schemas"]["StorableValue"] = STORABLE_VALUE
    return result


def described(rule: Text) -> Shape:
    """A rule of the validators."""
    least = {"minLength": 1} if rule.missing else {}
    return {"type": "string", "maxLength": rule.most, "pattern": rule.pattern, **least}


class DescribedText(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Text judged by one rule."""

    target_class = "support.api.fields.TextField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Shape:
        """As the rule says."""
        return described(self.target.rule)


class DescribedTags(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Up to ten tags."""

    target_class = "support.api.fields.TagsField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Shape:
        """Each a line."""
        return {"type": "array", "items": described(TAG), "maxItems": MOST_TAGS}


class DescribedContext(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A JSON object of the page's own."""

    target_class = "support.api.fields.ContextField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Shape:
        """Whatever can be stored, as deep as it may be."""
        return {**STORABLE_OBJECT, "description": f"Up to {MOST_CONTEXT_DEPTH} levels deep, at most 16 KiB."}


class DescribedCursor(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Where the next page begins."""

    target_class = "support.api.queries.CursorField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Shape:
        """Opaque and signed."""
        return {"type": "string", "format": "cursor", "maxLength": self.target.max_length}
