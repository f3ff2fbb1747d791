"""The ASGI composition root: sockets, and in development pages and API on the same port."""

import os

os.environ.setdefault("PROCESS_ROLE", "asgi")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

from channels.routing import ProtocolTypeRouter, URLRouter

from core.checks import refuse_to_start
from core.garbage import collect_rarely
from core.one_release import read_templates
from core.one_thread import get_asgi_application

http = get_asgi_application()
refuse_to_start()
read_templates()

from support import canaries
from support.routing import origins_only, websocket_urlpatterns

# Who is there is found out by the consumers' own admission (support.sockets.admission): channels' AuthMiddlewareStack
# reads session and person in queries of their own and stays wrapped around every frame that is sent.
application = ProtocolTypeRouter({"http": http, "websocket": origins_only(URLRouter(websocket_urlpatterns))})

canaries.begin()

collect_rarely()
