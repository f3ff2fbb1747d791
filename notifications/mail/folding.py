"""Folding: what the author of a mail wrote this time, apart from what their program quoted below it.

The patterns of twelve languages come from mail-parser-reply; the cutting is ours, because that library strips every
line, and drops a paragraph that happens to begin with "Thanks,". Nothing is lost: what is folded away is kept. An
answer between the lines of a quotation is not cut at all.
"""

import re
from functools import cache
from typing import Final

from mailparser_reply import EmailReplyParser
from mailparser_reply.constants import MAIL_LANGUAGES

# Longer lines are nobody's "On Monday, Ben wrote:", and would make the patterns slow; so would endless mails.
LONGEST_LINE: Final = 200
MOST_LINES: Final = 500
# A closing is within so many lines of the end, or it is a sentence.
LAST_LINES: Final = 8
# Programs that no library pattern knows: Outlook's rule, forwards by Gmail and Apple, Portuguese, Russian, Finnish.
_MORE: Final = re.compile(
    r"^(?:"
    r"_{20,}"
    r"|-{2,}\s?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale"
    r"|Oorspronkelijk bericht|Mensagem original|Forwarded message|Weitergeleitete Nachricht|Message transféré)\s?-{2,}"
    r"|Em [^\n]{6,180}\n?[^\n]{0,80} ?escreveu:"
    r"|Le [^\n]{6,180}\n?[^\n]{0,80} ?a\s+écrit\s?:"
    r"|El [^\n]{6,180}\n?[^\n]{0,80} ?escribió:"
    r"|Il [^\n]{6,180}\n?[^\n]{0,80} ?ha\s+scritto:"
    r"|Op [^\n]{6,180}\n?[^\n]{0,80} ?schreef[^\n]{0,120}:"
    r"|[^\n]{6,180} (?:пишет|написал\(а\)|написал|kirjoitti|skrev[^\n]{0,120}):"  # noqa: RUF001 - Russian
    r")\s*$",
    re.MULTILINE,
)
_SENT_FROM: Final = re.compile(
    r"^(?:Sent from my |Sent from Outlook|Get Outlook for |Gesendet (?:von|mit) "
    r"|Von meinem \w+ gesendet|Envoyé de(?:puis)? mon "
    r"|Enviado desde mi |Inviato da(?:l mio)? |Verstuurd vanaf |Отправлено с ).{0,120}$",  # noqa: RUF001
    re.IGNORECASE,
)


def fold(text: str) -> tuple[str, str]:
    """What was written, and what was quoted or signed. When nothing was written, everything is what was written."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    lines = body.split("\n")
    own = _before_quotation(lines)
    own = _before_signature(own)
    written = "\n".join(own).strip()
    if not written:
        return body.strip(), ""
    return written, "\n".join(lines[len(own) :]).strip("\n")


def _before_quotation(lines: list[str]) -> list[str]:
    looked_at = "\n".join(line[:LONGEST_LINE].rstrip() for line in lines[:MOST_LINES])
    found = [match for pattern in (_headers(), _MORE) if (match := pattern.search(looked_at))]
    place = min((looked_at[: _start(match)].count("\n") for match in found), default=len(lines))
    place = min(place, _bare_quotation(lines))
    return lines if _answers_between(lines[place:]) else lines[:place]


def _start(match: re.Match[str]) -> int:
    """Where its first word is: some patterns begin with the line break before it."""
    return match.start() + len(match.group()) - len(match.group().lstrip("\n"))


def _bare_quotation(lines: list[str]) -> int:
    """Where a quotation at the very end begins that nobody introduced."""
    place = len(lines)
    while place and (not lines[place - 1].strip() or lines[place - 1].lstrip().startswith(">")):
        place -= 1
    return place if any(line.lstrip().startswith(">") for line in lines[place:]) else len(lines)


def _answers_between(folded: list[str]) -> bool:
    """Whether somebody wrote below or between lines quoted with ">"."""
    quoted = [number for number, line in enumerate(folded) if line.lstrip().startswith(">")]
    if not quoted:
        return False
    after = _before_signature([line for line in folded[quoted[0] :] if not line.lstrip().startswith(">")])
    return any(line.strip() for line in after)


def _before_signature(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if line.rstrip("\r") in {"-- ", "--", "—"} and number:
            return lines[:number]
    last = [number for number, line in enumerate(lines) if line.strip()][-LAST_LINES:]
    for number in last:
        word = lines[number].strip()
        closes = number != last[-1] and _closings().fullmatch(word.rstrip(",.! "))
        if number and (closes or _SENT_FROM.match(word)):
            return lines[:number]
    return lines


@cache
def _headers() -> re.Pattern[str]:
    parser = EmailReplyParser(languages=[name for name in MAIL_LANGUAGES if name != "david"])
    pattern: re.Pattern[str] = parser.read("").HEADER_REGEX
    return pattern


@cache
def _closings() -> re.Pattern[str]:
    named = [word.rstrip(",") for known in MAIL_LANGUAGES.values() for word in known.get("signatures", ())]
    words = [
        word for word in named if word and not word.startswith("/")
    ]  # one of them takes any path for a name
    return re.compile("|".join(f"(?:{word})" for word in words), re.IGNORECASE)
