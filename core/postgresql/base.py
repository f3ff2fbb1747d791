"""Django's backend for PostgreSQL, which keeps no log of statements and can have them prepared.

Named by ENGINE, so Django alone calls it, but for `core.rows`. Must not change what a statement does.
"""

from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


class DatabaseOperations(operations.DatabaseOperations):
    """Django's, for whom all cursors of a process are of one kind."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """The statement with its values, for whoever counts or explains statements."""
        if isinstance(cursor, ServerBindingCursor):
            said: str = self.compose_sql(sql, params)
            return said
        return super().last_executed_query(cursor, sql, params) or ""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection."""

    ops_class = DatabaseOperations

    @property
    def queries_logged(self) -> bool:
        """Whether statements are kept: only where somebody counts them, as tests do.

        Django keeps the last 9,000 of a DEBUG process, each with its values in it. Workers under DEBUG spent a fifth of
        their time on that, and grew by tens of megabytes.
        """
        return self.force_debug_cursor

    def prepared_cursor(self) -> CursorWrapper:
        """A cursor whose statements PostgreSQL parses and plans once a connection, and which sends their values apart.

        For statements whose text never changes: PostgreSQL keeps each of the last hundred.
        """
        self.ensure_connection()
        prepared: CursorWrapper = self._prepare_cursor(ServerBindingCursor(self.connection))  # type: ignore[attr-defined, call-arg]
        return prepared
