"""Static files as production serves them: one release at a time, joined, small, and doing what the sources do."""

import gzip
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from core.joined_scripts import JoinedScripts
from core.static_files import COMPILED, JOINED, ModuleStorage, smaller_css, smaller_js
from tests.architecture.tree import ROOT
from tests.core.collected import DYNAMIC, KILOBYTE, STATIC, script, served

SOURCES = ROOT / "support" / "static" / "support"
NODE = shutil.which("node")
MINIFIER = find_spec("minify")  # requirements.in: not on every development machine
# A group's file has elements beside what Node can run.
ELEMENTS = (
    "globalThis.HTMLElement = class {};\nglobalThis.customElements = { get: () => null, define: () => {} };\n"
)
FEW = "2"  # random runs: tests/js makes many of the sources; here they show that joining broke nothing
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


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

        assert len(modules) == len(sources)
        assert len(imports) > 50
        assert [name for _, name in imports if not HASHED.search(name)] == []
        assert [name for module, name in imports if not (module.parent / name).exists()] == []

    def test_a_module_has_another_name_when_what_it_imports_has_changed(self, collected: Path) -> None:
        launcher = script(collected, "elements/support-chat.js")
        panel = script(collected, "elements/chat-panel.js")

        assert f'import("./{panel.name}")' in launcher.read_text()

    def test_a_conversation_is_compiled_as_it_is_loaded_and_nothing_else_is(self, collected: Path) -> None:
        hinted = [
            str(path.relative_to(collected)).replace(HASHED.search(path.name)[0], ".js")  # type: ignore[index]
            for path in (collected / "support" / "js").rglob("*.js")
            if HASHED.search(path.name) and path.read_text().startswith("//# allFunctionsCalledOnLoad\n")
        ]

        assert sorted(hinted) == sorted(COMPILED)
        assert {name.removeprefix("support/js/") for name in COMPILED} <= {group[0] for group in JOINED}

    def test_a_style_holds_those_that_it_imports(self, collected: Path) -> None:
        style = served(collected, "support/css/support.css").read_text()
        parts = re.findall(r'@import "([^"]+)"', (SOURCES / "css" / "support.css").read_text())

        assert len(parts) == 7
        assert "@import" not in style
        assert all(smaller_css((SOURCES / "css" / part).read_text())[-200:] in style for part in parts)

    def test_what_a_page_asks_for_early_is_a_file_and_no_way_to_another(self) -> None:
        sources = {str(path.relative_to(SOURCES / "js")): path.read_text() for path in SOURCES.rglob("*.js")}
        joined = JoinedScripts(sources, JOINED)
        early = {
            name
            for page in (ROOT / "templates").rglob("*.html")
            for name in re.findall(
                r'rel="modulepreload" href="{% static "support/js/([^"]+)"', page.read_text()
            )
        }

        assert len(early) > 5
        assert [name for name in early if joined.text(name).startswith("export {")] == []
        assert early - joined.members.keys() == {"elements/support-chat.js"}

    def test_what_is_loaded_later_by_its_own_name_is_not_loaded_twice(self) -> None:
        sources = {str(path.relative_to(SOURCES / "js")): path.read_text() for path in SOURCES.rglob("*.js")}
        later = {
            normpath(join(dirname(name), path))
            for name, text in sources.items()
            for path in re.findall(r'\bimport\("(\.[^"]+)"\)', text)
        }
        inside = {name for names in JoinedScripts(sources, JOINED).members.values() for name in names}
        named = {name for group in JOINED for name in group}

        assert len(later) > 15
        assert later & inside - named == set()

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

    def test_what_an_earlier_release_has_left_is_not_touched_while_somebody_may_read_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("core.static_files.JOINED", ())
        source = FileSystemStorage(tmp_path)
        source.save("other/dot.svg", ContentFile(b"<svg/>"))
        source.save("other/page.css", ContentFile(b"a { background: url(dot.svg) }\n" * 50))
        paths = {name: (source, name) for name in ("other/dot.svg", "other/page.css")}

        def collected() -> dict[str, tuple[int, int]]:
            list(ModuleStorage(tmp_path, "/static/").post_process(paths))
            found = {
                path.name: path.stat() for path in (tmp_path / "other").iterdir() if path.name.count(".") > 1
            }
            return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found.items()}

        first, second = collected(), collected()

        assert [len(first), len([name for name in first if name.endswith((".br", ".gz"))])] == [4, 2]
        assert second == first


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
        joined = with_every_address(
            {str(path.relative_to(scripts)): path.read_text() for path in scripts.rglob("*.js")}
        )
        for path in scripts.rglob("*.js"):
            path.write_text(smaller_js(joined.text(str(path.relative_to(scripts)))))
        (tests / "elements.mjs").write_text(ELEMENTS)
        suites = sorted(path.name for path in tests.glob("*.test.mjs")) if NODE else []
        for words in (["--check", str(path)] for path in scripts.rglob("*.js") if NODE):
            assert run(words, tests).returncode == 0
        for suite in suites:
            done = run(["--import", "./elements.mjs", "--test", suite], tests, CHAOS_RUNS=FEW)
            assert done.returncode == 0, done.stdout[-6000:]


def with_every_address(sources: dict[str, str]) -> JoinedScripts:
    """As production has them; each module that does not act by itself is found in its group’s file by its own name."""
    acting = {"page/main.js", "page/tickets.js", "desk.js"}
    members = JoinedScripts(sources, JOINED).members
    others = {group[0]: (group[0], *(set(members[group[0]]) - {group[0]})) for group in JOINED}
    return JoinedScripts(
        sources, tuple(group if group[0] in acting else others[group[0]] for group in JOINED)
    )


def run(words: list[str], folder: Path, **settings: str) -> "subprocess.CompletedProcess[Any]":
    """Node, where there is one: nothing in the product needs it."""
    return subprocess.run(
        [NODE or "", *words],
        cwd=folder,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
