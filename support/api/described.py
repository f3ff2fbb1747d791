"""How our own fields describe themselves in OpenAPI.

The generator finds these classes once the module is loaded, which `support.api.urls` sees to. Nothing here decides
what is taken: rules and patterns are those of `support.validators`.
"""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension

from support.validators import MOST_CONTEXT_DEPTH, MOST_TAGS, NO_TEXT, TAG, Text
from support.workflow import Availability

Shape = dict[str, Any]
UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
NEVER: Shape = {"not": {}}
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


class DescribedId(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A UUID; its format alone binds no validator."""

    target_class = "support.api.fields.IdField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Shape:
        """As everybody writes it."""
        return {"type": "string", "format": "uuid", "pattern": f"^{UUID}$"}


class DescribedAgent(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """An agent to filter by."""

    target_class = "support.api.query_fields.AgentField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Shape:
        """Their id, or nothing."""
        return {"type": "string", "pattern": f"^({UUID})?$"}


class DescribedAvailability(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Two members of which one is enough, and which must not contradict each other."""

    target_class = "support.api.serializers.NewAvailability"

    def map_serializer(self, auto_schema: Any, direction: str) -> Shape:
        """Either, or both alike."""
        shape: Shape = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        agreeing = ((True, Availability.ONLINE), (False, Availability.OFFLINE))
        both: list[Shape] = [
            {"is_online": {"const": flag}, "availability": {"const": word.value}} for flag, word in agreeing
        ]
        alone: list[Shape] = [
            {"is_online": {}, "availability": NEVER},
            {"is_online": NEVER, "availability": {}},
        ]
        ways = [
            {"properties": each, "required": [name for name, rule in each.items() if rule is not NEVER]}
            for each in (*alone, *both)
        ]
        return {**shape, "anyOf": ways}


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

    target_class = "support.api.query_fields.CursorField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Shape:
        """Opaque and signed; empty: at the beginning."""
        return {"type": "string", "maxLength": self.target.max_length}
