"""Static files, from the moment that `collectstatic` has laid them there: also those of a release that came after us.

A middleware. WhiteNoise lists what it serves when a process starts. While a new version is brought in, a page of a
process that has been restarted asks for its files at one that has not, on the same machine or another, and would be
told that there are none. Must not look anywhere but below STATIC_ROOT.
"""

from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

# Files that are kept in mind: some releases. Whoever makes names up adds none.
_MOST: Final = 20_000


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise's, which looks again for a file that it does not know."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        if not self.autorefresh:
            self.directories = [(f"{Path(self.static_root).absolute()}/", self.static_prefix)]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        self._look(request.path_info)
        return super().__call__(request)  # type: ignore[no-any-return]

    def _look(self, url: str) -> None:
        is_known = url in self.files or not url.startswith(self.static_prefix)
        if self.autorefresh or is_known or len(self.files) > _MOST:
            return
        found = self.find_file(url)
        if found is not None:
            self.files[url] = found
