"""Addresses of the webhooks of mail, one pair for each provider that anymail knows; included under /anymail/.

They exist only where a secret is set (ANYMAIL_WEBHOOK_SECRET, "user:password" in the address that the provider is
given): most providers sign nothing, and an open one would let anybody write in anybody's name.
"""

from anymail import urls as anymail_urls
from django.conf import settings

app_name = "anymail"
urlpatterns = anymail_urls.urlpatterns if settings.ANYMAIL.get("WEBHOOK_SECRET") else []
