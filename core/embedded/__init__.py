"""A real PostgreSQL and two real Valkeys for a machine that has none: started from wheels, gone with their starter.

Called by `manage.py up`, by the tests and by the fault experiments; `urls()` also by `core.settings`, since the
addresses follow from the state directory alone. Everything listens on Unix sockets in a directory of mode 0700;
nothing listens on TCP. Only for DEBUG: production names its servers in DATABASE_URL, REDIS_URL, COMMAND_LOG_URL.
"""

from core.embedded.fleet import ALL, AlreadyRunning, Fleet, servers, wanted
from core.embedded.places import Urls, urls
from core.embedded.server import Server, ServerFailed

__all__ = ["ALL", "AlreadyRunning", "Fleet", "Server", "ServerFailed", "Urls", "servers", "urls", "wanted"]
