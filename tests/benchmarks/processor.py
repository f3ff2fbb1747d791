"""Processor time and memory of what is measured, as the kernel counts it: looked at from outside, by process.

Called between the measurements. A process is taken with all its children; time of children that ended stays with it.
"""

import os
from collections.abc import Iterable, Mapping

import psutil

from tests.system.processes import System

SERVERS = ("postgres", "durable", "ephemeral")


def processor(system: System, names: Iterable[str]) -> dict[str, float]:
    """Seconds of processor time so far, by name of a process or server."""
    return {name: sum(map(_seconds, _family(_pid(system, name)))) for name in names}


def spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Seconds between two looks."""
    return {name: after[name] - before[name] for name in before}


def memory(system: System, name: str) -> int:
    """Bytes that are this process's and its children's alone."""
    return sum(process.memory_full_info().uss for process in _family(_pid(system, name)))


def own() -> float:
    """Seconds of processor time of the client itself."""
    times = os.times()
    return times.user + times.system


def _pid(system: System, name: str) -> int:
    if name in SERVERS:
        server: int = getattr(system.fleet, name).pid
        return server
    return system.processes[name].pid


def _family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:  # its parent has its time by the next look
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
