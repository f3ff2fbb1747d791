"""Flower's options: a window on the workers that looks and never touches. Executed by Flower, imported by nobody.

It does not start without credentials. They come from the environment, so `ps` does not show them.
"""

from typing import Any

from flower.views.monitor import Metrics
from tornado.web import authenticated

from core import env

basic_auth = [env.secret("FLOWER_BASIC_AUTH", default=None)]
address = env.text("HOST", default="127.0.0.1")
port = env.port("FLOWER_PORT", default=5555)

read_only = True  # shutdown, revoke, apply, rate limits and their kin answer 403
enable_events = False  # the workers send events by themselves (-E); Flower need not tell them to
persistent = False  # what it knows it learns from events; nothing about people lands on its disk
xheaders = False  # nobody's X-Real-Ip is believed
max_tasks = env.integer("FLOWER_MAX_TASKS", default=20_000, least=1)
purge_offline_workers = 120

# The one page that Flower would show to anybody.
Metrics.get = authenticated(Metrics.get)

_site = env.text("SITE_URL", default=f"http://127.0.0.1:{env.port('PORT', default=8000)}").rstrip("/")


def format_task(task: Any) -> Any:
    """A row more on each task's page: the address, in the product, of what the task was for."""
    task.what_it_was_for = f"{_site}/support/operations/tasks/{task.uuid}/"
    task._fields = (*task._fields, "what_it_was_for")
    return task
