"""Volume: an installation with years behind it, made up for whoever measures or sizes a machine.

Called by `manage.py load_volume` only. Rows go in by COPY, past the command log: a million tickets would take the
drain an hour (docs/adr/0050-volume-is-copied.md). What is copied is what the services would have written of the same
commands, column by column; `tests/support/volume/` applies those commands and compares. It must not run beside people.
"""
