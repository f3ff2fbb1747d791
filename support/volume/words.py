"""Words of made-up tickets: subjects, descriptions and messages out of a few hundred phrases, some of them rare.

Pure. Nothing here needs escaping in a COPY: no tab, no line break, no backslash.
"""

from random import Random
from typing import Final

THINGS: Final = (
    "logbook export",
    "supervision hours",
    "placement end date",
    "practice log",
    "case report",
    "supervisor access",
    "direct client contact",
    "professional development",
    "progress review",
    "competency rating",
    "session notes",
    "weekly summary",
    "registration form",
    "two-step sign-in",
    "profile name",
    "calendar sync",
    "telehealth sessions",
    "supervision plan",
)
TROUBLES: Final = (
    "is missing a week",
    "shows no hours",
    "counts twice",
    "does not save",
    "opens an empty page",
    "cannot be signed",
    "is rejected by the board",
    "was approved by mistake",
    "has the wrong date",
    "needs another supervisor",
    "is slower than before",
    "disappeared after the update",
    "should be sorted by month",
    "prints on two pages",
)
SENTENCES: Final = (
    "I tried it again this morning and it is still the same.",
    "Thank you, that helped.",
    "The board asked for it by the end of the month.",
    "Could you tell me which week is affected?",
    "We have corrected the total; please reload the page.",
    "My supervisor sees the right number on her side.",
    "It happens on my phone and on the computer at work.",
    "We are looking into it and will write again today.",
    "The form opens, but the button at the end stays grey.",
    "That is expected: hours count once they are approved.",
    "I have attached nothing, the screen simply stays white.",
    "Please sign out and in again, then open the same page.",
    "Yes, it is the second placement, not the first.",
    "The export contains everything up to the previous Friday.",
    "Is there a way to change it without starting again?",
    "A colleague has taken a closer look and found the cause.",
)
# Most used first: a tag's place decides how often it is drawn.
TAGS: Final = (
    "logbook",
    "hours",
    "supervision",
    "export",
    "sign-in",
    "placement",
    "board",
    "billing",
    "report",
    "calendar",
    "phone",
    "profile",
    "telehealth",
    "review",
    "access",
    "printing",
    "duplicate",
    "migration",
    "onboarding",
    "feedback",
)
PAGES: Final = ("/logbook", "/logbook/export", "/supervision", "/placements", "/profile", "/reports")
BODIES: Final = 512
MOST_SENTENCES: Final = 6
# One ticket in so many names a case: a word that hardly any other ticket has.
RARE: Final = 40


def skewed(random: Random, count: int, power: float = 2.0) -> int:
    """A place below `count`; the first are drawn far more often than the last."""
    return int(count * random.random() ** power)


def subject(random: Random) -> str:
    """Logbook export shows no hours."""
    words = f"{THINGS[skewed(random, len(THINGS))]} {TROUBLES[skewed(random, len(TROUBLES))]}"
    return words[0].upper() + words[1:]


def description(random: Random) -> str:
    """A few sentences; now and then the number of a case."""
    told = " ".join(random.sample(SENTENCES, random.randint(1, MOST_SENTENCES)))
    return told if random.randrange(RARE) else f"{told} Case {random.getrandbits(32):08x}."


def bodies(random: Random) -> tuple[str, ...]:
    """What messages are drawn from: mostly short, some long."""
    return tuple(" ".join(random.choices(SENTENCES, k=1 + skewed(random, 12, 3.0))) for _ in range(BODIES))


def tags(random: Random) -> list[str]:
    """None to four different ones."""
    drawn = (TAGS[skewed(random, len(TAGS))] for _ in range(skewed(random, 5, 1.5)))
    return list(dict.fromkeys(drawn))
