"""The composition root of the web's addresses: which part of the product answers where."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from core import csp_policy, csp_reports, errors, health, metrics
from notifications import metrics as metrics_of_deliveries
from support import metrics as metrics_of_people

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error

_development: list[URLPattern | URLResolver] = (
    [path("dev/", include("notifications.urls")), path("dev/", include("support.dev_urls"))]
    if settings.DEBUG
    else []
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path(
        "metrics",
        metrics.of(metrics_of_people.families, metrics_of_deliveries.families),
        name="metrics",
    ),
    path(csp_policy.REPORTS.removeprefix("/"), csp_reports.receive, name="csp-reports"),
    path("support/api/", include("support.api.urls")),
    path("anymail/", include("notifications.webhook_urls")),
    path("", include("notifications.page_urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *_development,
    path("", include("support.urls")),
    # Last: Django's own page for unknown addresses in development is for developers.
    re_path("", errors.not_found),
]
