"""Django settings: everything that may differ between installations comes from `env`."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from vizavi import env
from vizavi.common import logs
from vizavi.queue import huey_options

BASE_DIR = Path(__file__).resolve().parent
HOME = env.home()
SECRET_KEY = env.secret("SECRET_KEY", HOME)
FIELD_KEYS = env.field_keys(HOME)
DEBUG = env.flag("DEBUG", default=False)
DEMO = env.flag("DEMO", default=False)  # set by `vizavi demo` alone: shows the page «Что посмотреть»

PORT = env.number("PORT", 8800, most=65535)
BASE_URL = env.base_url(f"http://127.0.0.1:{PORT}")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or "127.0.0.1", "127.0.0.1", "localhost", *env.words("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

GOOGLE = {
    "client_id": env.text("GOOGLE_CLIENT_ID"),
    "client_secret": env.text("GOOGLE_CLIENT_SECRET"),
    "auth_uri": env.link("GOOGLE_AUTH_URI", "https://accounts.google.com/o/oauth2/v2/auth"),
    "token_uri": env.link("GOOGLE_TOKEN_URI", "https://oauth2.googleapis.com/token"),
    "revoke_uri": env.link("GOOGLE_REVOKE_URI", "https://oauth2.googleapis.com/revoke"),
    "userinfo_uri": env.link("GOOGLE_USERINFO_URI", "https://www.googleapis.com/oauth2/v2/userinfo"),
    "api_root": env.link("GOOGLE_API_ROOT", "https://www.googleapis.com/calendar/v3"),
    "batch_uri": env.link("GOOGLE_BATCH_URI", "https://www.googleapis.com/batch/calendar/v3"),
    "redirect_uri": env.link("GOOGLE_REDIRECT_URI"),
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "huey.contrib.djhuey",
    "axes",
    "csp",
    "vizavi.common",
    "vizavi.people",
    "vizavi.recruiting",
    "vizavi.events",
    "vizavi.letters",
    "vizavi.notifications",
    "vizavi.connections",
    "vizavi.jobs",
    "vizavi.upkeep",
    "vizavi.api",
    "vizavi.web",
    "vizavi.demo",
]

MIDDLEWARE = [
    "vizavi.web.middleware.traced",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "vizavi.web.middleware.ended_session",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "vizavi.api.access.by_token",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "vizavi.web.middleware.personal_preferences",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "vizavi.urls"
WSGI_APPLICATION = "vizavi.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vizavi.web.context.shell",
            ]
        },
    }
]

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{HOME / 'vizavi.sqlite3'}")
_database = env.database(DATABASE_URL)
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = SQLITE_OPTIONS
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

HUEY = huey_options(env.queue(env.text("QUEUE_URL", DATABASE_URL)), HOME)
TASKS = {"default": {"BACKEND": "huey.contrib.djhuey.tasks_backend.HueyBackend", "ENQUEUE_ON_COMMIT": True}}

_mail = env.mail(env.text("EMAIL_URL"))
EMAIL_BACKEND = f"django.core.mail.backends.{_mail.backend}.EmailBackend"
DEFAULT_FROM_EMAIL = _mail.sender  # empty: no letters are sent from here
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
EMAIL_TIMEOUT = 20  # seconds for each step

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_TEMPLATE = "web/login_locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

API_RATE = env.number("API_RATE", 600)  # calls a minute with one token of the REST API

FORMAT_MODULE_PATH = "vizavi.formats"
LANGUAGE_CODE = env.choice("LANGUAGE", ["ru", "en"])
LANGUAGES = [("ru", "Русский"), ("en", "English")]
TIME_ZONE = env.zone("TIME_ZONE", "Europe/Moscow")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns about a missing folder, even where files are found in the apps
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

LOGGING = logs.configuration(
    level=env.level("LOG_LEVEL"), console=env.choice("LOG_FORMAT", ["json", "console"]) == "console"
)
METRICS_TOKEN = env.text("METRICS_TOKEN")
