"""The database backend: Django's own for PostgreSQL, with what a process that lives for weeks needs besides."""
