"""Modules in one file do what they do in many."""

import shutil
import subprocess
from pathlib import Path

import pytest

from core.joined_scripts import JoinedScripts

NODE = shutil.which("node")
SOURCES = {
    "words.js": 'const hidden = "words";\nexport const t = (key) => `${hidden} ${key}`;\n',
    "store.js": 'import { t } from "./words.js";\n\nconst hidden = "store";\nexport const said = [];\n'
    "export class Store {\n  tell = () => said.push(t(hidden));\n}\n",
    "chat/link.js": 'import { Store } from "../store.js";\nimport {\n  t,\n} from "../words.js";\n\n'
    "export async function link(at) {\n  return `${new Store().tell()} ${t(at)}`;\n}\n"
    'export const more = () => import("./more.js");\n',
    "chat/more.js": 'import { said } from "../store.js";\nexport const heard = () => said.length;\n',
    "page.js": 'import { link } from "./chat/link.js";\nimport "./effect.js";\n\nlink("here");\n',
    "effect.js": "globalThis.effects = (globalThis.effects ?? 0) + 1;\n",
}
GROUPS = (("store.js", "words.js"), ("chat/link.js",), ("page.js",))


@pytest.fixture
def joined() -> JoinedScripts:
    return JoinedScripts(SOURCES, GROUPS)


class TestWhereAModuleIs:
    def test_a_group_has_what_it_imports_and_no_group_before_it(self, joined: JoinedScripts) -> None:
        assert joined.members == {
            "store.js": ["words.js", "store.js"],
            "chat/link.js": ["chat/link.js"],
            "page.js": ["effect.js", "page.js"],
        }

    def test_the_other_addresses_of_a_group_lead_to_its_file(self, joined: JoinedScripts) -> None:
        assert joined.text("words.js") == 'export { t } from "./store.js";\n'

    def test_a_module_of_no_group_imports_from_their_files(self, joined: JoinedScripts) -> None:
        assert joined.text("chat/more.js") == SOURCES["chat/more.js"]
        assert JoinedScripts(SOURCES, (("page.js", "words.js"),)).text("chat/more.js") == (
            'import { said } from "../page.js";\nexport const heard = () => said.length;\n'
        )

    def test_what_is_loaded_later_is_found_from_the_files_place(self) -> None:
        assert 'import("./chat/more.js")' in JoinedScripts(SOURCES, (("page.js",),)).text("page.js")

    @pytest.mark.parametrize(
        ("name", "groups", "asked"),
        [
            pytest.param("page.js", (("page.js",),), "./store.js", id="by a group"),
            pytest.param("chat/link.js", (), "../store.js", id="by a module of no group"),
        ],
    )
    def test_what_is_loaded_later_is_asked_for_in_the_file_that_has_it(
        self, name: str, groups: tuple[tuple[str, ...], ...], asked: str
    ) -> None:
        joined = JoinedScripts(SOURCES, (("store.js", "words.js", "chat/more.js"), *groups))

        assert f'import("{asked}")' in joined.text(name)

    def test_two_modules_of_a_file_cannot_export_one_name(self) -> None:
        sources = {"a.js": 'import "./b.js";\nexport const x = 1;\n', "b.js": "export const x = 2;\n"}

        with pytest.raises(ValueError, match=r"^a\.js joins modules that export the same name: x$"):
            JoinedScripts(sources, (("a.js",),)).text("a.js")


@pytest.mark.parametrize(
    "groups", [(), GROUPS, (("page.js", "store.js", "words.js", "chat/link.js", "chat/more.js"),)]
)
def test_every_address_runs_as_if_nothing_were_joined(
    tmp_path: Path, groups: tuple[tuple[str, ...], ...]
) -> None:
    """Each module once, with a scope of its own, whatever leads to it."""
    joined = JoinedScripts(SOURCES, groups)
    for name in SOURCES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(joined.text(name))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "run.js").write_text(
        'import "./page.js";\nimport { said } from "./store.js";\nimport { t } from "./words.js";\n'
        'import { link, more } from "./chat/link.js";\nimport * as page from "./page.js";\n'
        'const second = await link("there");\nconst { heard } = await more();\n'
        'console.log([second, t("?"), heard(), said.join(), globalThis.effects].join(" | "));\n'
    )
    said = "2 words there | words ? | 2 | words store,words store | 1\n"
    run = subprocess.run(
        [NODE or "true", "run.js"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert run.stdout == (said if NODE else ""), run.stderr
