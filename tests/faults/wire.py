"""Bytes on the line below the level of a WebSocket library, for what no library would send."""

import os
import random
import struct

from websockets.frames import Opcode

TRANSPORT = 128 * 1024
CONTROL = 125


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    last: bool = True,
    reserved: int = 0,
    masked: bool = True,
    length: int | None = None,
) -> bytes:
    """One frame, however wrong; `length` is what its head claims."""
    claimed = len(payload) if length is None else length
    head = bytes([(0x80 if last else 0) | reserved << 4 | opcode])
    mask = os.urandom(4) if masked else b""
    flag = 0x80 if masked else 0
    if claimed <= CONTROL:
        head += bytes([flag | claimed])
    elif claimed < 2**16:
        head += struct.pack("!BH", flag | 126, claimed)
    else:
        head += struct.pack("!BQ", flag | 127, claimed)
    return head + mask + (_masked(payload, mask) if masked else payload)


def _masked(payload: bytes, mask: bytes) -> bytes:
    long = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(long, "big")).to_bytes(len(payload), "big")


# What breaks the protocol, and the close code that says so (RFC 6455, 7.4.1).
BROKEN: dict[str, tuple[bytes, int]] = {
    "one byte over the transport's limit": (frame(Opcode.TEXT, b"x" * (TRANSPORT + 1)), 1009),
    "over the limit in three pieces": (
        frame(Opcode.TEXT, b"x" * 60_000, last=False)
        + frame(Opcode.CONT, b"x" * 60_000, last=False)
        + frame(Opcode.CONT, b"x" * 60_000),
        1009,
    ),
    "a length of eight exabytes": (frame(Opcode.TEXT, b"x", length=2**63 - 1), 1009),
    "bad UTF-8": (frame(Opcode.TEXT, b'{"message":"\xff\xfe"}'), 1007),
    "half a character": (frame(Opcode.TEXT, b'{"message":"\xe2\x82"}'), 1007),
    "a surrogate in UTF-8": (frame(Opcode.TEXT, b'{"message":"\xed\xa0\x80"}'), 1007),
    "an overlong NUL": (frame(Opcode.TEXT, b'{"message":"\xc0\x80"}'), 1007),
    **{f"reserved opcode {code}": (frame(code, b"{}"), 1002) for code in (*range(3, 8), *range(11, 16))},
    **{f"reserved bit {bit}": (frame(Opcode.TEXT, b"{}", reserved=bit), 1002) for bit in (1, 2, 4)},
    "unmasked": (frame(Opcode.TEXT, b'{"message":"bare"}', masked=False), 1002),
    "a continuation of nothing": (frame(Opcode.CONT, b"{}"), 1002),
    "a second beginning": (frame(Opcode.TEXT, b"{", last=False) + frame(Opcode.TEXT, b"}"), 1002),
    "a ping in pieces": (frame(Opcode.PING, b"", last=False), 1002),
    "a ping of 126 bytes": (frame(Opcode.PING, b"x" * 126), 1002),
    "a close of one byte": (frame(Opcode.CLOSE, b"\x03"), 1002),
    "a close with a code that is none": (frame(Opcode.CLOSE, struct.pack("!H", 999)), 1002),
    "a close with bad UTF-8": (frame(Opcode.CLOSE, struct.pack("!H", 1000) + b"\xff"), 1007),
}

# What the transport takes and the application refuses: the payload, and the code of the error frame.
REFUSED: dict[str, tuple[bytes, str]] = {
    "NaN": (frame(Opcode.TEXT, b'{"type":"resume","after":NaN}'), "malformed"),
    "infinity": (frame(Opcode.TEXT, b'{"type":"ping","input_age":-Infinity}'), "malformed"),
    "a number beyond floats": (frame(Opcode.TEXT, b'{"type":"ping","input_age":1e999}'), "invalid"),
    "a key twice": (frame(Opcode.TEXT, b'{"message":"one","message":"two"}'), "malformed"),
    "a key twice, once escaped": (
        frame(Opcode.TEXT, b'{"message":"one","\\u006dessage":"two"}'),
        "malformed",
    ),
    "binary": (frame(Opcode.BINARY, b'{"message":"binary"}'), "malformed"),
    "nothing": (frame(Opcode.TEXT, b""), "malformed"),
    "60,000 brackets": (frame(Opcode.TEXT, b"[" * 60_000), "malformed"),
    "10,000 objects": (frame(Opcode.TEXT, b'{"a":' * 10_000), "malformed"),
    "5,000 digits": (frame(Opcode.TEXT, b'{"type":"read","sequence":' + b"9" * 5000 + b"}"), "malformed"),
    "a byte order mark": (frame(Opcode.TEXT, b'\xef\xbb\xbf{"message":"marked"}'), "malformed"),
    "two objects": (frame(Opcode.TEXT, b'{"message":"one"}{"message":"two"}'), "malformed"),
    "a nested object": (frame(Opcode.TEXT, b'{"message":"deep","more":{"a":1}}'), "malformed"),
    "a list for a text": (frame(Opcode.TEXT, b'{"message":["listed"]}'), "malformed"),
    "a number for a text": (frame(Opcode.TEXT, b'{"message":1}'), "invalid"),
    "an unknown type": (frame(Opcode.TEXT, b'{"type":"shout","message":"unknown"}'), "invalid"),
    "an id that is none": (frame(Opcode.TEXT, b'{"id":"1","message":"no id"}'), "invalid"),
    "blank": (frame(Opcode.TEXT, b'{"message":" "}'), "invalid"),
    "10,001 characters": (frame(Opcode.TEXT, b'{"message":"' + b"x" * 10_001 + b'"}'), "invalid"),
}

# Refused, and the socket is closed with 4413.
TOO_LARGE: dict[str, bytes] = {
    "64 KiB and one byte": frame(Opcode.TEXT, b'{"message":"' + b"x" * (64 * 1024 - 13) + b'"}'),
    "100,000 brackets": frame(Opcode.TEXT, b"[" * 100_000),
    "64 KiB by its umlauts": frame(Opcode.TEXT, b'{"message":"' + "ü".encode() * 33_000 + b'"}'),
}


def junk(chance: random.Random) -> bytes:
    """Bytes without any sense, or a sound head before some."""
    noise = chance.randbytes(chance.randint(1, 400))
    return noise if chance.random() < 0.5 else frame(chance.choice([Opcode.TEXT, Opcode.BINARY]), noise)


# Enough of these end every line: they complete any frame that was begun, and begin none.
NONSENSE = b"\xff" * 16 * 1024
