"""The shape of a file, for OpenAPI; a part of `support.api.shapes`."""

from typing import Any

from rest_framework import serializers as s


class File(s.Serializer[Any]):
    """A file that came with a message; `url` leads to a download for whoever may see the ticket."""

    id = s.UUIDField()
    name = s.CharField()
    content_type = s.CharField()
    size = s.IntegerField()
    url = s.CharField()
