"""Settings, one file: the environment decides what differs between machines, a reason stands beside every non-default.

`PROCESS_ROLE` (asgi, wsgi, worker, manage) is set by the entry point; pools and time-outs follow from it.
"""

import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from core import brand, connections, csp_policy, embedded, env, limits, logs, mail, operating, rest, service

BASE_DIR = Path(__file__).resolve().parent.parent

# --- The process ---------------------------------------------------------------------------------------------------

PROCESS_ROLE = env.text("PROCESS_ROLE", default="manage")
DEBUG = env.boolean("DEBUG", default=False)
TESTING = "pytest" in sys.modules
# Where tests order processes to fail (core/failpoints.py); a check refuses it outside DEBUG.
FAIL_POINTS = env.text("FAIL_POINTS", default="")
STATE_DIR = Path(env.text("STATE_DIR", default=str(BASE_DIR / ".local"))).resolve()
SECRET_KEY = env.secret("SECRET_KEY", default="only-for-development-never-deployed" if DEBUG else None)
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS", default=[])
PORT = env.port("PORT", default=8000)
_HERE = f"http://127.0.0.1:{PORT}" if DEBUG else None
SITE_URL = env.url("SITE_URL", default=_HERE, schemes=("http", "https")).rstrip("/")
BRAND_NAME = env.text("BRAND_NAME", default="PsychPATH")
BRAND_LOGO = env.text("BRAND_LOGO", default="")
# What a live chat can be about; without any nobody is asked.
CHAT_TOPICS = tuple(env.items("CHAT_TOPICS", default=[]))
REFERENCE_PREFIX = env.text("REFERENCE_PREFIX", default="PP")
WEB_THREADS = env.integer("WEB_THREADS", default=32)

# --- Django --------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "core.apps.CoreConfig",
    "support",
    "notifications",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "core.apps.SupportAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "core.request_ids.RequestIds",
    "core.errors.DatabaseAway",
    "django.middleware.security.SecurityMiddleware",
    "core.static_serving.StaticFiles",
    "django.middleware.gzip.GZipMiddleware",  # pages; its random bytes keep the length from telling a secret
    "csp.middleware.CSPMiddleware",
    "core.private_pages.KeptByNobody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "support.middleware.AnswersWithoutDatabase",
    "support.middleware.ReaderLanguage",
    "support.middleware.ReaderTimezone",
    "support.guests.middleware.GuestsReach",
    "core.guards.WebNeverWrites",
]
ROOT_URLCONF = "core.urls"
ASGI_APPLICATION = "core.asgi.application"
WSGI_APPLICATION = "core.wsgi.application"
APPEND_SLASH = False  # the contract's paths are exact, with and without
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n"],  # every template has words
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "support.context.support_context",
                "notifications.context.notices_context",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-au"
LANGUAGES = [("en-au", "English (Australia)"), ("de", "Deutsch")]  # each in its own words
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Australia/Melbourne"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", default=str(STATE_DIR / "static"))
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
_as_it_is, _as_modules = (
    "django.contrib.staticfiles.storage.StaticFilesStorage",
    "core.static_files.ModuleStorage",
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _as_it_is if DEBUG or TESTING else _as_modules},
}
# That of the largest body, a mail that a webhook brings; core/uploads.py keeps everything else small.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * env.integer("MAIL_MOST_BYTES", default=30 * 1024 * 1024, least=1024)

# --- PostgreSQL ----------------------------------------------------------------------------------------------------

EMBEDDED = embedded.urls(STATE_DIR)
DATABASE_URL = env.url(
    "DATABASE_URL", default=EMBEDDED.database if DEBUG else None, schemes=("postgresql", "postgres")
)
DATABASES = {"default": connections.database(DATABASE_URL, PROCESS_ROLE)}
if TESTING:
    DATABASES["default"]["TEST"] = {"NAME": env.text("TEST_DATABASE", default="test_support")}

# --- Valkey: the durable command log, and everything that may vanish -----------------------------------------------

VALKEY = ("redis", "rediss", "unix")
_embedded_log = EMBEDDED.command_log if DEBUG and not env.secret("REDIS_URL", default="") else None
REDIS_URL = env.url("REDIS_URL", default=EMBEDDED.redis if DEBUG else None, schemes=VALKEY)
COMMAND_LOG_URL = env.url("COMMAND_LOG_URL", default=_embedded_log or REDIS_URL, schemes=VALKEY)
COMMAND_LOG_SHARDS = env.integer("COMMAND_LOG_SHARDS", default=1, least=1, most=64)
COMMAND_LOG_MAX = env.integer("COMMAND_LOG_MAX", default=100_000, least=1)
COMMAND_LOG_MAX_BYTES = env.integer("COMMAND_LOG_MAX_BYTES", default=512 * 1024 * 1024, least=1)
LAYER_PREFIX = env.text("LAYER_PREFIX", default="psychpath")
CHANNEL_LAYERS = connections.layers(REDIS_URL, LAYER_PREFIX)
CACHES = connections.caches(REDIS_URL)

# Seconds between canaries (support/canaries.py); 0: none. Tests send their own.
CANARY_SECONDS = env.integer("CANARY_SECONDS", default=0 if TESTING else 10, most=600)

# --- Presence ------------------------------------------------------------------------------------------------------

# The public sees a change of an agent's availability after it has held so long; tests need not wait.
PRESENCE_DEBOUNCE = env.integer("PRESENCE_DEBOUNCE", default=0 if TESTING else 15, most=300)

# --- Live chats and hours: core/service.py says what each means ------------------------------------------------------

CHAT_CAPACITY, CHAT_QUIET, CHAT_QUIET_NOTICE = (
    service.CHAT_CAPACITY,
    service.CHAT_QUIET,
    service.CHAT_QUIET_NOTICE,
)
BUSINESS_DAYS, BUSINESS_OPENS, BUSINESS_CLOSES, CLOSED_DATES = service.HOURS

# --- Celery --------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = connections.broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = connections.BROKER_OPTIONS
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat")

# --- People --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "support.guests.backend.Guests",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
# Argon2 would be a dependency more; PBKDF2 at Django's iteration count is OWASP's floor. Tests need not pay it.
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "notifications.account_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # or signing up would tell whose address is known
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None  # whoever signs in chooses
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = BRAND_NAME
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # losing Valkey logs nobody out
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
CSRF_COOKIE_HTTPONLY = True  # scripts read the token from the page
CSRF_FAILURE_VIEW = "core.errors.csrf_failure"

# --- Security ------------------------------------------------------------------------------------------------------

HTTPS = urlsplit(SITE_URL).scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else f"session{PORT}"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else f"csrf{PORT}"
SECURE_REDIRECT_EXEMPT = ["^health/", "^metrics$"]  # asked from inside, where nobody speaks TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = csp_policy.policy(SITE_URL, pictures=brand.origins(BRAND_LOGO), development=DEBUG)
# Health and metrics answer these addresses, or anybody with the token.
OPS_ADDRESSES = env.items("OPS_ADDRESSES", default=["127.0.0.1", "::1"])
OPS_TOKEN = env.secret("OPS_TOKEN", default="")

# --- E-mail --------------------------------------------------------------------------------------------------------

# core/mail.py says what each means
globals().update(mail.read(brand=BRAND_NAME, testing=TESTING))
MAILBOX_DIR = STATE_DIR / "mailbox"
# Mails that came in and files of messages; web and workers share it.
KEPT_DIR = env.text("KEPT_DIR", default=str(STATE_DIR / "kept"))

# --- API -----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = rest.framework(proxies=env.integer("PROXIES", default=1 if HTTPS else 0))
SPECTACULAR_SETTINGS = rest.schema(title=f"{BRAND_NAME} Support")
globals().update(limits.read() | operating.read(debug=DEBUG))

# --- Traces and logs --------------------------------------------------------------------------------------------------

TRACES_TO = env.url("OTEL_EXPORTER_OTLP_ENDPOINT", default="", schemes=("http", "https"))
LOGGING = logs.configuration(debug=DEBUG, level=env.text("LOG_LEVEL", default="INFO"))
