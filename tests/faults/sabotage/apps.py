"""The application that breaks a promise as soon as everything is loaded."""

import os
from importlib import import_module

from django.apps import AppConfig


class Sabotage(AppConfig):
    name = "tests.faults.sabotage"

    def ready(self) -> None:
        import_module(f"{self.name}.broken").BROKEN_BY[os.environ["SABOTAGE"]]()
