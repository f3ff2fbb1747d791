"""Tags of `/dev/components/` alone: a specimen in both themes, and the widget's template in each of its views.

Both take the product's own markup and change only what must differ when it stands on one page more than once.
"""

import re
from typing import Any, Final

from django import template
from django.template import Context, Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
THEMES: Final = ("light", "dark")
_POINTS: Final = re.compile(
    r'(?<![\w-])(id|for|form|list|aria-\w+by|aria-controls|aria-activedescendant|popovertarget)="([^"]*)"'
)
# What assistive technology lists by its name: two of one kind are told apart.
_LANDMARK: Final = re.compile(
    r'<(?:(?:aside|dialog|form|nav|section)\b|[\w-]+[^>]* role="(?:region|search)")[^>]*>'
)
_VIEWS: Final = re.compile(r'<(?P<before>[\w-]+[^>]*) data-views="(?P<views>[^"]+)"(?P<after>[^>]*)>')


@register.simple_tag(takes_context=True)
def in_both_themes(context: Context, name: str) -> SafeString:
    """The template twice, side by side: ids, what points at them, and names of radios stay apart."""
    drawn = _drawn(context, name)
    halves = [
        format_html('<div class="theme" data-theme="{}">{}</div>', theme, mark_safe(_apart(drawn, theme)))  # noqa: S308
        for theme in THEMES
    ]
    return format_html('<div class="themes">{}{}</div>', *halves)


@register.simple_tag(takes_context=True)
def another(context: Context, name: str, suffix: str, **values: Any) -> SafeString:
    """The template once more on the same page, with other values."""
    with context.push(**values):
        return mark_safe(_apart(_drawn(context, name), suffix))  # noqa: S308


@register.simple_tag(takes_context=True)
def widget_views(context: Context) -> list[dict[str, Any]]:
    """Each view of the widget's template by name, with its dialog open and nothing alive."""
    drawn = _static(_drawn(context, "support/widget.html"))
    log = _drawn(context, "support/partials/thread_items.html")
    drawn = drawn.replace('<ol class="log" role="list"></ol>', f'<ol class="log" role="list">{log}</ol>')
    names = dict.fromkeys(name for found in _VIEWS.finditer(drawn) for name in found["views"].split())
    return [{"name": name, "markup": mark_safe(_apart(_showing(drawn, name), name))} for name in names]  # noqa: S308


def _drawn(context: Context, name: str) -> str:
    """With the page's own context: tags that ask for the request find it."""
    return str(Engine.get_default().get_template(name).render(context))


def _apart(markup: str, suffix: str) -> str:
    known = set(re.findall(r'(?<![\w-])id="([^"]+)"', markup))

    def renamed(found: re.Match[str]) -> str:
        words = (f"{word}-{suffix}" if word in known else word for word in found[2].split())
        return f'{found[1]}="{" ".join(words)}"'

    markup = _LANDMARK.sub(lambda found: _named(found[0], markup, suffix), markup)
    markup = _POINTS.sub(renamed, markup)
    # Radios of a form are a group of their own; these stand outside of any.
    markup = re.sub(r' name="(g-[^"]+)"', rf' name="\1-{suffix}"', markup).replace(" autofocus", "")
    return re.sub(r'href="#(?!i-)([^"]+)"', rf'href="#\1-{suffix}"', markup)


def _named(tag: str, markup: str, suffix: str) -> str:
    """The landmark, called as before and by what it is drawn for: Conversation, dark."""
    pointed = re.search(r' aria-labelledby="([^"]+)"', tag)
    if not pointed:
        return re.sub(r' aria-label="([^"]*)"', rf' aria-label="\1, {suffix}"', tag)
    words = re.search(
        rf'id="{re.escape(pointed[1])}"[^>]*>(.*?)</(?:h\d|p|legend|label|b)>', markup, re.DOTALL
    )
    name = re.sub(r"<[^>]+>", "", words[1]).strip() if words else ""
    return tag.replace(pointed[0], f' aria-label="{name}, {suffix}"') if name else tag


def _static(markup: str) -> str:
    """Open, without what would start it: its scripts' elements are inert on this page."""
    markup = re.sub(r"<link [^>]*>|<template\b.*?</template>", "", markup, flags=re.DOTALL)
    markup = re.sub(r"(<support-chat[^>]*) hidden>", r"\1>", markup)
    return re.sub(r"<dialog([^>]*?) autofocus([^>]*?) hidden>", r"<dialog\1\2 open>", markup, count=1)


def _showing(markup: str, view: str) -> str:
    def shown(found: re.Match[str]) -> str:
        after = found["after"].replace(" hidden", "")
        hidden = "" if view in found["views"].split() else " hidden"
        return f"<{found['before']}{after}{hidden}>"

    return _VIEWS.sub(shown, markup)


@register.filter
def split_words(line: str) -> list[str]:
    """The words of a line, for loops over what is written out in a template."""
    return line.split()


@register.simple_tag
def sprite_icons(name: str) -> list[str]:
    """The names in a sprite, in its order."""
    return re.findall(r'id="i-([\w-]+)"', Engine.get_default().get_template(name).render(Context()))
