"""Every setting, in the order of the story, safe unless a variable says otherwise."""

from __future__ import annotations

import hashlib
import logging.config
import os
import tempfile
from pathlib import Path
from typing import Any

import dj_database_url
import django
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.checks import refuse_a_new_salt_beside_reports
from config.env import Env, hex_bytes, mail_settings, private_bytes, private_folder, time_servers
from incidents.vault.places import place

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# Where it stands: on loopback for trying out, or in production, which is whatever names its hosts.
HOSTS = env.words("TESTIGO_HOSTS")
PRODUCTION = bool(HOSTS)
ALLOWED_HOSTS = HOSTS or ["127.0.0.1", "localhost", "[::1]"]
DEBUG = False
DATA = env.path("TESTIGO_DATA", BASE_DIR / "data")
PRIVATE = DATA / "private"
# Sessions, cache and the boot half end with the power: a folder on tmpfs, from systemd or script/server.
RUNTIME = env.path(
    "RUNTIME_DIRECTORY",
    Path(tempfile.gettempdir()) / f"testigo-{os.getuid()}-{hashlib.sha256(str(DATA).encode()).hexdigest()[:12]}",
)
private_folder(DATA)
private_folder(RUNTIME)


def _kept(name: str, *, file: str, length_bytes: int) -> bytes:
    """Return a key of configuration: from its file, or on loopback made at first use."""
    named = env.secret_file(name)
    if named is not None:
        return hex_bytes(named, length_bytes=length_bytes)
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name}_FILE is not set. docs/operate.md says how to make it.")
    return private_bytes(PRIVATE / file, length_bytes=length_bytes)


SECRET_KEY = _kept("TESTIGO_SECRET_KEY", file="secret_key", length_bytes=32).hex()
if not env.text("TESTIGO_RECEIPT_SALT_FILE"):
    refuse_a_new_salt_beside_reports(
        PRIVATE / "receipt_salt", database=DATA / "testigo.sqlite3", elsewhere=env.text("DATABASE_URL")
    )
RECEIPT_SALT = _kept("TESTIGO_RECEIPT_SALT", file="receipt_salt", length_bytes=16)
LEDGER_KEY = _kept("TESTIGO_LEDGER_KEY", file="ledger_key", length_bytes=32)
TOTP_KEY = _kept("TESTIGO_TOTP_KEY", file="totp_key", length_bytes=32)
LEDGER_ORIGIN = f"{ALLOWED_HOSTS[0]}/ledger"
DESK_PINS = env.path("TESTIGO_DESK_PINS_FILE", DATA / "desk_pins")

# What a witness sees first.
SITE_TITLE = env.text("TESTIGO_TITLE")  # empty: "Notes", in the language of the page
EXIT_URL = env.url("TESTIGO_EXIT_URL", "https://www.weather.gov/")
STATEMENT = "2026-11/1"  # the version of what a witness is told before sending; reports keep it
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]  # a language is offered only when it is complete
LANG_INFO.update(  # languages that reports come in and Django does not know by name
    {
        code: {"bidi": False, "code": code, "name": name, "name_local": local}
        for code, name, local in (
            ("ht", _("Haitian Creole"), "Kreyòl ayisyen"),
            ("tl", _("Tagalog"), "Tagalog"),
        )
    }
)
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# What may be sent: each limit is shown before the choice. A post carries no larger file than itself; one that the
# browser seals and sends part by part may be 2 GiB.
FILE_LIMIT_BYTES = env.integer("TESTIGO_FILE_LIMIT_MB", default=2148, least=1, most=100_000) * 10**6
POST_LIMIT_BYTES = env.integer("TESTIGO_POST_LIMIT_MB", default=500, least=1, most=4096) * 10**6
INCIDENT_LIMIT_BYTES = env.integer("TESTIGO_INCIDENT_LIMIT_MB", default=10_738, least=1, most=1_000_000) * 10**6
INCIDENT_LIMIT_FILES = env.integer("TESTIGO_INCIDENT_LIMIT_FILES", default=50, least=1, most=1000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20  # the answers of one page, each field of 4,000 characters in any script
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = INCIDENT_LIMIT_FILES
FILE_UPLOAD_HANDLERS = ["incidents.vault.uploads.RefuseFiles"]

# Where what is sealed rests.
STORAGE = env.text("TESTIGO_STORAGE")  # empty: the folder of objects under DATA
STORAGE_KEY = env.secret_file("TESTIGO_STORAGE_KEY")
STORAGES: dict[str, dict[str, Any]] = {  # Any: each kind has options of its own
    "default": place(STORAGE, key=STORAGE_KEY, default=DATA / "objects"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 2,  # then the page says that the site is busy
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
    ),
}
DATABASES: dict[str, dict[str, Any]] = {  # Any: each engine has options of its own
    "default": {**dj_database_url.parse(env.text("DATABASE_URL", f"sqlite:///{DATA / 'testigo.sqlite3'}"))},
    "transient": {"ENGINE": "django.db.backends.sqlite3", "NAME": RUNTIME / "transient.sqlite3", "OPTIONS": _SQLITE},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = _SQLITE
DATABASE_ROUTERS = ["config.settings.TransientRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # with Django's 300 a flood would push the counts of tries out
    }
}


class TransientRouter:
    """Keep sessions and cache in the database that ends with the power, whatever the other one is."""

    labels = frozenset({"sessions", "django_cache"})

    def db_for_read(self, model: object, **_hints: object) -> str:
        """Return where this model is read."""
        return "transient" if model._meta.app_label in self.labels else "default"  # type: ignore[attr-defined] # noqa: SLF001 # _meta is Django's public name

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_hints: object) -> bool:
        """Return whether the tables of an app belong in a database."""
        return (db == "transient") == (app_label in self.labels)


# How it is put together.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "accounts",
    "incidents",
]
MIDDLEWARE = [
    "config.headers.middleware",
    "config.bodies.middleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.Unlocking",  # right after the session's: no view may see the cookie halves
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.headers.own_pages_only",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondStepRequired",
    "accounts.middleware.Answering",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "config.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", Path(django.__file__).parent / "forms" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "config.headers.site",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-built"
STATICFILES_DIRS = [folder for folder in (BASE_DIR / "static", BASE_DIR / "static-made") if folder.is_dir()]
SEALS_IN_BROWSER = (BASE_DIR / "static-made" / "js" / "seal.js").is_file()  # else files go by the plain post
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_MAX_AGE = 3600

# Who may read.
AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "review:home"
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {  # the cache holds stand-ins for addresses, never addresses
    "login": "",  # every sign-in: only those that fail are counted, next
    "login_failed": "10/m/ip,10/5m/key",
    "unlock": "10/m/user",
    "join": "10/m/ip",
}
MFA_ADAPTER = "accounts.second_step.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # clocks drift; accounts.second_step remembers a used code for longer than it lives
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False  # http://localhost is taken without it; with it, any page's passkey
AUTH_PASSWORD_VALIDATORS: list[dict[str, str]] = []  # words are drawn, never chosen
CLIENT_HEADER = env.text("TESTIGO_CLIENT_HEADER")

# Mail carries fixed sentences only; without it everything works by codes passed on by voice.
MAIL = env.text("TESTIGO_MAIL_URL")
vars().update(mail_settings(MAIL))

# Cookies and headers.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "config.headers.refused_form"
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 2 * 365 * 86400 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"  # with no-referrer browsers send `Origin: null` and forms are refused
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["own-scripts"],
    }
}

# Outside clocks that stamp the heads of the ledger, and packets; without one both work all the same.
TIME_SERVERS = time_servers(env.words("TESTIGO_TSA_URLS"), env.words("TESTIGO_TSA_CHAINS"))

# Media and packets.
ACCEPT_DEGRADED_SANDBOX = env.flag("TESTIGO_ACCEPT_DEGRADED_SANDBOX")
FONT_DIRS = [Path(word) for word in env.words("TESTIGO_FONT_DIRS")]

# What may be logged.
LOGGING_CONFIG = None  # Django would add its own handlers, one of which mails
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": "config.logs.QuietFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.logs.SilentReporter"
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # CSRF is checked inside the upload views, after the sealing handler is in place
]

logging.config.dictConfig(LOGGING)
env.refuse_unread()
