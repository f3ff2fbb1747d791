"""Message bodies as HTML: what people may format, and that nothing they write becomes code."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.richtext import parsed, render, to_html, to_line

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>press</a>",
    "[press](javascript:alert(1))",
    "[press](JaVaScRiPt:alert(1))",
    "[press](&#106;avascript:alert(1))",
    "[press](data:text/html,<script>alert(1)</script>)",
    "[press](vbscript:msgbox)",
    "[press](//elsewhere.example/)",
    "[press](/accounts/logout/)",
    "[press](https://a.example 'x\" onmouseover=alert(1) y=\"')",
    '[press](https://a.example" onmouseover="alert(1))',
    "![spy](https://a.example/seen.png)",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>*{display:none}</style>",
    "<form action=https://a.example><input name=password></form>",
    "[x]: javascript:alert(1)\n\n[x]",
]
ALLOWED = re.compile(
    r'</?(?:p|br|strong|em|s|code|pre|blockquote|ul|ol|li)(?: start="\d+")?>'
    r'|<a(?: href="(?:https?://|mailto:)[^"]*")? rel="nofollow noopener">|</a>'
)


@pytest.mark.parametrize("body", ATTACKS)
def test_an_attack_leaves_nothing_but_allowed_tags(body: str) -> None:
    assert "<" not in ALLOWED.sub("", to_html(body))


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("Hi there", "<p>Hi there</p>"),
        ("One\nTwo", "<p>One<br>\nTwo</p>"),
        ("One\n\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("your **hours** are _safe_", "<p>your <strong>hours</strong> are <em>safe</em></p>"),
        ("3. Open\n4. Close", '<ol start="3">\n<li>Open</li>\n<li>Close</li>\n</ol>'),
        (
            "[guide](https://a.example/x)",
            '<p><a href="https://a.example/x" rel="nofollow noopener">guide</a></p>',
        ),
        (
            "<help@a.example>",
            '<p><a href="mailto:help@a.example" rel="nofollow noopener">help@a.example</a></p>',
        ),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
    ],
)
def test_ordinary_words_are_shown_as_meant(body: str, html: str) -> None:
    assert to_html(body) == html


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("your **hours**\nare [safe](https://a.example)", "your hours are safe"),
        ("1. One\n2. Two", "One Two"),
        ("1 < 2 & <b>3</b>", "1 < 2 & <b>3</b>"),
    ],
)
def test_a_row_shows_the_words_alone(body: str, line: str) -> None:
    assert to_line(body) == line


@pytest.mark.parametrize("body", ["# Not a heading", "    four spaces", "a line\n---", "Setext\n==="])
def test_what_people_paste_by_accident_stays_a_paragraph(body: str) -> None:
    assert to_html(body).startswith("<p>")
    assert to_html(body).count("<p>") == 1


@given(st.text("aZ9é日🙂 .,:;!?#-+=()'/@_*`~[]\\&<>\"\t\n\r\x00\x85\xa0\u2028\u3000", max_size=30))
def test_a_plain_line_is_what_the_parser_makes_of_it(body: str) -> None:
    assert render(body) == parsed(body)


@given(st.text(max_size=30))
def test_so_is_any_other(body: str) -> None:
    assert render(body) == parsed(body)
