"""The WSGI composition root: pages and API in production (gunicorn gthread)."""

import os

os.environ.setdefault("PROCESS_ROLE", "wsgi")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

from django.core.wsgi import get_wsgi_application

from core.checks import refuse_to_start
from core.one_release import read_templates
from core.whole_bodies import with_whole_bodies

application = with_whole_bodies(get_wsgi_application())
refuse_to_start()
read_templates()
