"""`/dev/components/`: every component in every state, drawn with the partials and tags of the product.

Development only: 404 outside DEBUG, whatever the URL conf says. The people and tickets are support.gallery's; asked is
only who is there and who is mailed, and nothing is stored. Must not: have markup of its own for a component that the
product has.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from support import gallery


@dataclass(frozen=True)
class Group:
    """One section of the page: its anchor and template, its heading, what it is about."""

    name: str
    title: str
    about: str
    in_both_themes: bool = True

    @property
    def template(self) -> str:
        return f"dev/components/{self.name}.html"


GROUPS: Final = (
    Group("tokens", "Colour and type", "Surfaces, words, tones, sizes. Everything else is made of these."),
    Group("icons", "Icons", "One inlined sprite, used by name. Decorative: the words say the same."),
    Group("buttons", "Buttons", "One primary a view. Busy keeps its label and says so."),
    Group(
        "fields",
        "Fields and choices",
        "The label stands above; an error is an icon and a sentence at its field.",
    ),
    Group("labels", "Status, priority, presence, people", "A shape and a word; colour comes third."),
    Group("lists", "Rows, tabs, menus, pages", "One link covers a row. Unread is bold and counted."),
    Group("feedback", "Banners, toasts, dialogs, waiting, nothing", "Never a dead end."),
    Group("conversation", "Conversation and composer", "States stand under the last message of a run."),
    Group("widget", "Chat widget", "Every view of the widget's own template, launcher closed and open."),
    Group("data", "Cards, figures, history", "Figures line up; a meter always has its number beside it."),
    Group("planned", "Designed, not built yet", "Styled by planned.css, which no product page loads."),
    Group(
        "knobs",
        "Another look",
        "Change these and nothing else; contrast holds for every hue. docs/design.md says the rest.",
        in_both_themes=False,
    ),
)


@require_safe
def components(request: HttpRequest, name: str = "") -> HttpResponse:
    """The whole page, or one section of it."""
    shown = [group for group in GROUPS if name in ("", group.name)]
    if not settings.DEBUG or not shown:
        raise Http404
    return render(request, "dev/components.html", {"groups": GROUPS, "shown": shown, **gallery.context()})
