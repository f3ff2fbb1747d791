"""Runs a server and writes down how long each of its files was when it was last synced: what a power cut would leave.

A program of its own (`watched` makes it of a server's command): every thread of the command is watched with ptrace, on
Linux. A length is taken as a sync begins and noted when it has succeeded, so what is noted is on the disk. Killing this
kills the command. `cut` shortens the files to what was noted.
"""

import ctypes
import os
import platform
import signal
import struct
import sys
from pathlib import Path

TRACE_ME, SYSCALL, SET_OPTIONS, SYSCALL_INFO = 0, 24, 0x4200, 0x420E
# System calls are told apart from signals, threads are followed, and nobody outlives the watcher.
OPTIONS = 0x1 | 0x8 | 0x100000
ALL_THREADS = 0x40000000
ENTRY, EXIT = 1, 2
SYNCS = {"x86_64": {74, 75}, "aarch64": {82, 83}}
INFO_BYTES = 88

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long


def watched(command: list[str], notes: Path) -> list[str]:
    """The command that runs this one under watch."""
    return [sys.executable, str(Path(__file__).resolve()), str(notes), *command]


def cut(notes: Path, folder: Path) -> int:
    """Take from the files of a folder what was never synced; how many bytes that was."""
    synced: dict[str, int] = {}
    for line in notes.read_text().splitlines():
        path, _, length = line.rpartition("\t")
        synced[path] = int(length)
    taken = 0
    for file in folder.resolve().rglob("*.aof"):
        kept = synced.get(str(file), 0)
        taken += file.stat().st_size - kept
        os.truncate(file, kept)
    return taken


def main(notes: str, *command: str) -> int:
    child = os.fork()
    if child == 0:
        _ptrace(TRACE_ME, 0)
        os.execvp(command[0], command)  # noqa: S606
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda number, _: os.kill(child, number))
    os.waitpid(child, 0)
    _ptrace(SET_OPTIONS, child, OPTIONS)
    _ptrace(SYSCALL, child)
    return _watch(child, os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))


def _watch(child: int, notes: int) -> int:
    """Until the command ends; its exit status."""
    syncing: dict[int, tuple[str, int]] = {}
    known = {child}
    while True:
        thread, status = os.waitpid(-1, ALL_THREADS)
        if not os.WIFSTOPPED(status):
            if thread == child:
                return os.waitstatus_to_exitcode(status)
            continue
        sign = os.WSTOPSIG(status)
        if sign == signal.SIGTRAP | 0x80:
            _look(thread, syncing, notes)
        # A new thread stops once by itself, and events are no signals.
        is_own = sign & 0x7F == signal.SIGTRAP or (sign == signal.SIGSTOP and thread not in known)
        known.add(thread)
        _ptrace(SYSCALL, thread, 0 if is_own else sign)


def _look(thread: int, syncing: dict[int, tuple[str, int]], notes: int) -> None:
    """A system call begins or ends."""
    info = ctypes.create_string_buffer(INFO_BYTES)
    if _libc.ptrace(SYSCALL_INFO, thread, ctypes.c_void_p(INFO_BYTES), info) <= 0:
        return
    kind, (number, first) = info.raw[0], struct.unpack_from("=qQ", info.raw, 24)
    if kind == ENTRY and number in SYNCS[platform.machine()]:
        file = Path(f"/proc/{thread}/fd/{first}")
        syncing[thread] = str(file.readlink()), file.stat().st_size
    elif kind == EXIT and thread in syncing:
        path, length = syncing.pop(thread)
        if number == 0:
            os.write(notes, f"{path}\t{length}\n".encode())


def _ptrace(request: int, thread: int, data: int = 0) -> None:
    _libc.ptrace(request, thread, None, ctypes.c_void_p(data))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
