"""Demo data: the five accounts and a dozen tickets that a newcomer finds. Data, and how it becomes commands.

Called by `manage.py load_demo` only. It writes nothing itself: accounts are the command's to create, tickets go
through the command log like everybody's.
"""
