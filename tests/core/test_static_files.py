"""Static files as production serves them: one release at a time, small enough, and doing what the sources do."""

import gzip
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import override_settings

from core.static_files import ModuleStorage, smaller_css, smaller_js
from tests.architecture.tree import ROOT

SOURCES = ROOT / "support" / "static" / "support"
NODE = shutil.which("node")
MINIFIER = find_spec("minify")  # requirements.in: not on every development machine
STATIC = re.compile(r'(?:\bfrom|\bimport)\s*"(\.[^"]+)"')
DYNAMIC = re.compile(r'\bimport\("(\.[^"]+)"\)')
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")
KILOBYTE = 1024


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What `collectstatic` writes, other people's large packages left out."""
    folder = tmp_path_factory.mktemp("static")
    storages = {"staticfiles": {"BACKEND": "core.static_files.ModuleStorage"}}
    with override_settings(STATIC_ROOT=str(folder), STORAGES=storages):
        call_command(
            "collectstatic",
            interactive=False,
            verbosity=0,
            ignore_patterns=["admin", "drf_spectacular_sidecar", "rest_framework"],
        )
        yield folder


def served(collected: Path, name: str) -> Path:
    """The file a page's {% static %} leads to."""
    storage = storages["staticfiles"]
    assert isinstance(storage, ModuleStorage)
    return collected / str(storage.stored_name(name))


def graph(entry: Path, *, dynamic: bool, without: frozenset[Path] = frozenset()) -> set[Path]:
    """A module with everything that it imports."""
    found: set[Path] = set()
    waiting = [entry]
    while waiting:
        module = waiting.pop().resolve()
        if module not in found | without:
            found.add(module)
            text = module.read_text()
            names = STATIC.findall(text) + (DYNAMIC.findall(text) if dynamic else [])
            waiting += [module.parent / name for name in names]
    return found


def weight(modules: set[Path], compression: str) -> int:
    """Bytes on the wire; a file too small to gain anything is sent as it is."""
    twins = [Path(f"{module}.{compression}") for module in modules]
    return sum((twin if twin.exists() else twin.with_suffix("")).stat().st_size for twin in twins)


class TestRelease:
    def test_every_import_of_our_modules_names_the_file_of_this_release(self, collected: Path) -> None:
        modules = [path for path in (collected / "support" / "js").rglob("*.js") if HASHED.search(path.name)]
        sources = list((SOURCES / "js").rglob("*.js"))
        imports = [
            (module, name)
            for module in modules
            for pattern in (STATIC, DYNAMIC)
            for name in pattern.findall(module.read_text())
        ]
        written = sum(
            len(
                re.findall(
                    r'\bimport\s*\(?\s*"\.|\bfrom\s+"\.', re.sub(r"(?s)/\*.*?\*/", "", path.read_text())
                )
            )
            for path in sources
        )

        assert len(modules) == len(sources)
        assert len(imports) == written > 100
        assert [name for _, name in imports if not HASHED.search(name)] == []
        assert [name for module, name in imports if not (module.parent / name).exists()] == []

    def test_a_module_has_another_name_when_what_it_imports_has_changed(self, collected: Path) -> None:
        launcher = served(collected, "support/js/elements/support-chat.js")
        panel = served(collected, "support/js/elements/chat-panel.js")

        assert f'import("./{panel.name}")' in launcher.read_text()

    def test_both_compressions_stand_beside_every_module_and_style(self, collected: Path) -> None:
        files = [
            served(collected, str(path.relative_to(SOURCES.parent))) for path in SOURCES.rglob("*.[jc]s*")
        ]
        large = [path for path in files if path.suffix in {".js", ".css"} and path.stat().st_size > KILOBYTE]

        assert len(large) > 50
        assert [path.name for path in large if not Path(f"{path}.br").exists()] == []
        assert [
            path for path in large if gzip.decompress(Path(f"{path}.gz").read_bytes()) != path.read_bytes()
        ] == []


class TestWeight:
    """The promises of docs/design.md."""

    # Loaded when a person opens the chat or a dialog, not with the page.
    LATER = ("support/js/elements/chat-panel.js", "support/js/elements/tag-input.js")
    # Pages of a requester, by what they have no markup for (the table in page/main.js).
    PAGES = pytest.mark.parametrize(
        "without",
        [
            pytest.param(("page/tickets.js", "page/ticket-form.js"), id="a ticket"),
            pytest.param(
                ("page/ticket-page.js", "elements/message-log.js", "elements/message-composer.js"),
                id="the list",
            ),
        ],
    )

    @pytest.fixture
    def htmx(self, collected: Path) -> Path:
        return served(collected, "django_htmx/htmx-2.min.js")

    @PAGES
    def test_a_requesters_page_loads_sixty_kilobytes_of_script_at_most(
        self, collected: Path, htmx: Path, without: tuple[str, ...]
    ) -> None:
        names = (*self.LATER, *(f"support/js/{name}" for name in without))
        later = frozenset(served(collected, name).resolve() for name in names)
        page = graph(served(collected, "support/js/page/main.js"), dynamic=True, without=later)

        assert len(page) > 30
        assert weight({htmx} | page, "gz") <= 60 * KILOBYTE or not MINIFIER

    @PAGES
    def test_whatever_a_requester_does_there_stays_below_it_too(
        self, collected: Path, htmx: Path, without: tuple[str, ...]
    ) -> None:
        """Every module that the page can load, as browsers of today get it."""
        others = frozenset(served(collected, f"support/js/{name}").resolve() for name in without)
        page = graph(served(collected, "support/js/page/main.js"), dynamic=True, without=others)

        assert len(page) > 40
        assert weight({htmx} | page, "br") <= 60 * KILOBYTE or not MINIFIER

    def test_the_widget_alone_loads_twenty_kilobytes_at_most(self, collected: Path) -> None:
        """With the page; the panel and the chat behind it are loaded when somebody opens it."""
        widget = graph(served(collected, "support/js/elements/support-chat.js"), dynamic=False)

        assert len(widget) > 5
        assert weight(widget, "gz") <= 20 * KILOBYTE

    def test_an_opened_widget_stays_below_the_page(self, collected: Path) -> None:
        widget = graph(served(collected, "support/js/elements/support-chat.js"), dynamic=True)

        assert weight(widget, "br") <= 40 * KILOBYTE


class TestSmaller:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("a { b: c; }\n\n.d   .e{ f : g }", "a{b: c;}.d .e{f : g}"),
            ("a { /* why */ b: calc(1px + 2px) }", "a{b: calc(1px + 2px)}"),
            ('a::after { content: "; {  } /* said */"; }', 'a::after{content: "; {  } /* said */";}'),
            ("a { & :is(b, c) :not(d) { e: f } }", "a{& :is(b, c) :not(d){e: f}}"),
            ("a /* x */ b { c: d }", "a b{c: d}"),
            (
                "a { background: url('data:image/svg+xml,%3Csvg  %3E') }",
                "a{background: url('data:image/svg+xml,%3Csvg  %3E')}",
            ),
        ],
    )
    def test_styles_keep_what_separates(self, written: str, kept: str) -> None:
        assert smaller_css(written) == kept

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("export const a = (b) => `x  ${b}  // y`; // z", "export const a=e=>`x  ${e}  // y`"),
            ("export const a = (b) => /^\\/a\\//.test(b);", "export const a=e=>/^\\/a\\//.test(e)"),
            (
                "export class A {\n  #a = 1;\n  get b() {\n    return this.#a;\n  }\n}",
                "export class A{#e=1;get b(){return this.#e}}",
            ),
            ('export const load = () => import("./x.js");', 'export const load=()=>import("./x.js")'),
        ],
    )
    def test_scripts_keep_what_means_something(self, written: str, kept: str) -> None:
        assert smaller_js(written) == (kept if MINIFIER else written)

    def test_the_module_tests_pass_on_what_production_serves(self, tmp_path: Path) -> None:
        tests = tmp_path / "tests" / "js"
        shutil.copytree(ROOT / "tests" / "js", tests, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        scripts = tmp_path / SOURCES.relative_to(ROOT) / "js"
        shutil.copytree(SOURCES / "js", scripts)
        for path in scripts.rglob("*.js"):
            path.write_text(smaller_js(path.read_text()))
        suites = sorted(path.name for path in tests.glob("*.test.mjs")) if NODE else []
        for words in (["--check", str(path)] for path in scripts.rglob("*.js") if NODE):
            assert run(words, tests).returncode == 0
        for suite in suites:
            done = run(["--test", suite], tests)
            assert done.returncode == 0, done.stdout[-6000:]


def run(words: list[str], folder: Path) -> "subprocess.CompletedProcess[Any]":
    """Node, where there is one: nothing in the product needs it."""
    return subprocess.run(
        [NODE or "", *words], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
