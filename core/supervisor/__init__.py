"""Start every process of the Procfile, keep it running, say when all answer, stop all in order.

Called by `manage.py up` only. It knows processes, ports and logs; what the processes do is none of its business.
"""

from core.supervisor import ports, readiness
from core.supervisor.console import Console
from core.supervisor.procfile import Entry, read
from core.supervisor.run import Run
from core.supervisor.turnstile import Turnstile

__all__ = ["Console", "Entry", "Run", "Turnstile", "ports", "read", "readiness"]
