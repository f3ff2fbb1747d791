#!/usr/bin/env python
"""The project's command line: `python manage.py <command>`; `up` starts everything.

A missing or bad environment value ends the process with one sentence and exit code 2 (`core.env`).
"""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    os.environ.setdefault("PROCESS_ROLE", "manage")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
