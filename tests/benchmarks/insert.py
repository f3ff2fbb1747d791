"""What a plain synchronous view does with a new ticket: an ASGI application, the peer of creating one over HTTP.

It has what the product's has: settings, middleware, session, CSRF check, limits, validation, connection pool and
server. It writes one row in the request and answers with it; nobody is told, nothing can be repeated. Started by the
stage of the benchmarks beside the product, never by anybody else.
"""

import os

os.environ.setdefault("PROCESS_ROLE", "asgi")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

from django.conf import settings

from core.one_thread import get_asgi_application

settings.ROOT_URLCONF = "tests.benchmarks.insert_urls"
application = get_asgi_application()
