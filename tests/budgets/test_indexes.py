"""Every index is written with each row, so none is kept whose columns another of the table begins with."""

import pytest
from django.db import connection

_BEGUN = """
SELECT one.indexrelid::regclass::text
FROM pg_index one JOIN pg_index other USING (indrelid)
JOIN pg_class shorter ON shorter.oid = one.indexrelid JOIN pg_class longer ON longer.oid = other.indexrelid
WHERE one.indexrelid <> other.indexrelid
  AND indrelid::regclass::text ~ '^(core|support|notifications)_'
  AND NOT one.indisunique AND one.indpred IS NULL AND other.indpred IS NULL
  AND one.indexprs IS NULL AND other.indexprs IS NULL AND shorter.relam = longer.relam
  AND (other.indkey::int2[])[0 : one.indnkeyatts - 1] = (one.indkey::int2[])[0 : one.indnkeyatts - 1]
  AND (other.indclass::oid[])[0 : one.indnkeyatts - 1] = (one.indclass::oid[])[0 : one.indnkeyatts - 1]
ORDER BY 1
"""
# Django's own, of permissions that are given by hand to a few people.
DJANGOS = ["core_user_groups_user_id_70b4d9b8", "core_user_user_permissions_user_id_085123d3"]


@pytest.mark.django_db
def test_no_index_is_the_beginning_of_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN)
        found = [name for (name,) in cursor.fetchall()]

    assert found == DJANGOS
