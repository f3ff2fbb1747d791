"""Modules that are loaded together, joined into one file: fewer requests, and one compression over all of them.

Called by `core/static_files.py` while `collectstatic` runs. A group's file lies at the address of its first module and
holds whatever the group imports that no group before it has; the group's other addresses lead there, so a module runs
once whatever address it is asked for by. Our own modules ask for the file itself. Each module keeps a scope of its own:
what it does not export, no other sees. Must not change what a module does. Sources stay as they are written and are
what DEBUG serves.
"""

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath, relpath
from typing import Final

_IMPORT: Final = re.compile(
    r'^import\s+(?:\{(?P<names>[^}]*)\}\s*from\s*)?"(?P<path>\.[^"]+)";$', re.MULTILINE
)
_LATER: Final = re.compile(r'\bimport\(\s*"(?P<path>\.[^"]+)"\s*\)')
_EXPORTED: Final = re.compile(r"^export (?:const|(?:async )?function|class) (?P<name>\w+)", re.MULTILINE)
# A declaration ends at the brace that stands where it began; as a value it needs the semicolon.
_DECLARED: Final = re.compile(
    r"^export (?P<what>(?:async )?function|class) (?P<name>\w+)(?P<rest>.*?^\})$", re.MULTILINE | re.DOTALL
)


class JoinedScripts:
    """`sources` by name, `groups` of names in the order in which they may rely on each other."""

    def __init__(self, sources: Mapping[str, str], groups: tuple[tuple[str, ...], ...]) -> None:
        self._sources = sources
        self._groups = {group[0]: group for group in groups}
        self._home: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        for group in groups:
            members = self.members[group[0]] = []
            for name in group:
                self._gather(name, group[0], members)

    def text(self, name: str) -> str:
        """What is served under this name."""
        home = self._home.get(name)
        if home == name:
            return self._joined(name)
        if home and name in self._groups[home]:
            return f'export {{ {", ".join(self._exports(name))} }} from "{_way(name, home)}";\n'
        if home:
            return self._sources[name]  # nobody asks for it here
        return self._asking(
            _IMPORT.sub(lambda found: self._led(found, name), self._sources[name]), name, name
        )

    def _gather(self, name: str, head: str, members: list[str]) -> None:
        """This module after all that it imports, as a browser would run them."""
        if name in self._home:
            return
        self._home[name] = head
        for _, path in self._imports(name):
            self._gather(path, head, members)
        members.append(name)

    def _imports(self, name: str) -> Iterator[tuple[list[str], str]]:
        for found in _IMPORT.finditer(self._sources[name]):
            yield _names(found), _address(name, found["path"])

    def _exports(self, name: str) -> list[str]:
        return _EXPORTED.findall(self._sources[name])

    # ---- one file -------------------------------------------------------------------------------------------------

    def _joined(self, head: str) -> str:
        members = self.members[head]
        shared = [export for name in members for export in self._exports(name)]
        if twice := {name for name in shared if shared.count(name) > 1}:
            raise ValueError(f"{head} joins modules that export the same name: {', '.join(sorted(twice))}")
        body = "".join(f"{{\n{self._block(name, head)}}}\n" for name in members)
        given = ", ".join(self._given(head))
        known = f"let {', '.join(shared)};\n" if shared else ""
        made = f"(() => {{\n{known}{body}return {{ {given} }};\n}})();\n"
        return self._needs(head) + (f"export const {{ {given} }} = {made}" if given else made)

    def _block(self, name: str, head: str) -> str:
        """The module without its imports; its exports are variables that the blocks around it see."""
        text = _IMPORT.sub("", self._sources[name])
        text = _DECLARED.sub(r"\g<name> = \g<what>\g<rest>;", text)
        text = re.sub(r"^export const ", "", text, flags=re.MULTILINE)
        return self._asking(text, name, head)

    def _asking(self, text: str, name: str, place: str) -> str:
        """What this module loads later, asked for at `place` in the file that has it."""

        def way(found: re.Match[str]) -> str:
            path = _address(name, found["path"])
            home = self._home.get(path, path)
            return f'import("{_way(place, home if path in self._groups.get(home, ()) else path)}")'

        return _LATER.sub(way, text)

    def _given(self, head: str) -> list[str]:
        """What the group's own addresses export, and what modules elsewhere import from the rest of it."""
        given = [export for name in self._groups[head] for export in self._exports(name)]
        for name in self._sources:
            if self._home.get(name) != head:
                for names, path in self._imports(name):
                    given += names if self._home.get(path) == head else []
        return list(dict.fromkeys(given))

    def _needs(self, head: str) -> str:
        needed: dict[str, list[str]] = {}
        for name in self.members[head]:
            for names, path in self._imports(name):
                if self._home[path] != head:
                    needed.setdefault(self._home[path], []).extend(names)
        return "".join(
            f'import {{ {", ".join(dict.fromkeys(names))} }} from "{_way(head, home)}";\n'
            for home, names in needed.items()
        )

    def _led(self, found: re.Match[str], name: str) -> str:
        path = _address(name, found["path"])
        way = _way(name, self._home.get(path, path))
        return f'import {{{found["names"]}}} from "{way}";' if found["names"] else f'import "{way}";'


def _names(found: re.Match[str]) -> list[str]:
    return [name.strip() for name in (found["names"] or "").split(",") if name.strip()]


def _address(name: str, path: str) -> str:
    return normpath(join(dirname(name), path))


def _way(name: str, path: str) -> str:
    way = relpath(path, dirname(name))
    return way if way.startswith(".") else f"./{way}"
