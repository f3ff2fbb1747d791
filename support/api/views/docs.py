"""The API's own description, browsable. Everything comes from this host, and no script or style is inline."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class Schema(SpectacularAPIView):
    """`schema/`"""


class Docs(SpectacularSwaggerSplitView):
    """`docs/`; the page and its script are two requests, as the content security policy wants."""

    url_name = "api:schema"
    template_name = "support/api_docs.html"
