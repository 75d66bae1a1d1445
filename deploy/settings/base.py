"""Django's settings, made from the environment."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from assistant.foundation.logs import logging_config
from deploy.settings.env import ROOT, environment
from deploy.settings.secrets import own_secrets, read_secrets
from deploy.subscriptions import JOBS, SUBSCRIPTIONS  # noqa: F401 read by the outbox
from deploy.wiring import PORTS  # noqa: F401 read by conf.provider

ENVIRONMENT = environment()
SECRETS = read_secrets(ENVIRONMENT.deskside_home)
DESKSIDE = ENVIRONMENT.model_copy(update=own_secrets(ENVIRONMENT, SECRETS))

BASE_DIR = ROOT
DEBUG = ENVIRONMENT.debug
SECRET_KEY = DESKSIDE.secret_key.get_secret_value()
ALLOWED_HOSTS = [host for host in ENVIRONMENT.allowed_hosts.split(",") if host]
ROOT_URLCONF = "deploy.urls"
ASGI_APPLICATION = "deploy.asgi.application"
AUTH_USER_MODEL = "foundation.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
SITE_ID = None

INSTALLED_APPS = [
    "assistant.foundation",
    "assistant.privacy",
    "assistant.conversations",
    "assistant.knowledge",
    "assistant.dialogue",
    "assistant.interfaces",
    "assistant.ops",
    "crm_integration",
    "deploy",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "deploy.static_files.CompressedFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "assistant.interfaces.doors.TenantDoor",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database -------------------------------------------------------------------------------------------------------

OWNER_COMMANDS = {"migrate", "flush", "sqlflush", "index_vectors"}
"""Commands that run as the role owning the tables; everything else is the application's role."""

DATABASE_POOL_SIZE = ENVIRONMENT.database_pool_size
IS_OWNER = len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS


def database(url: str | None, *, user: str, password: str) -> dict[str, Any]:
    """Django's description of one login, from a URL or of the embedded server."""
    if url is None:
        place = {"HOST": str(ENVIRONMENT.sockets), "PORT": "5432", "NAME": "desk", "USER": user, "PASSWORD": password}
    else:
        parts = urlsplit(url)
        place = {
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or 5432),
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
        }
    return {
        "ENGINE": "assistant.foundation.postgresql",
        **place,
        "ATOMIC_REQUESTS": True,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 5}},
    }


if IS_OWNER:
    DATABASES = {
        "default": database(
            ENVIRONMENT.database_owner_url or ENVIRONMENT.database_url,
            user="desk_owner",
            password=SECRETS["owner_password"],
        )
    }
else:
    DATABASES = {"default": database(ENVIRONMENT.database_url, user="desk_app", password=SECRETS["app_password"])}

# --- sockets and background work ------------------------------------------------------------------------------------

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [ENVIRONMENT.redis_url], "prefix": "deskside"},
        }
        if ENVIRONMENT.redis_url
        else {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 1_000}}
    )
}

# --- log-in ---------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "assistant.interfaces.login.ClosedSignup"
LOGIN_REDIRECT_URL = "/desk/"
LOGIN_URL = "/accounts/login/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

IS_HTTPS = ENVIRONMENT.public_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "deskside_session"
CSRF_COOKIE_NAME = "deskside_csrf"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_SSL_REDIRECT = False  # the proxy in front redirects; behind it every request is plain
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
SILENCED_SYSTEM_CHECKS = [
    "security.W004",  # HSTS, set with https only
    "security.W008",  # SSL redirect, the proxy's work
    "security.W012",  # secure cookies, set with https only
    "security.W016",  # the same for CSRF
    "security.W021",  # HSTS preload, set with https only
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"

# --- files, API, logs -----------------------------------------------------------------------------------------------

CRM_FILES = ENVIRONMENT.deskside_home / "files"
"""Folders below it may be read by the files connector."""

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.deskside_home / "static"
COMPRESSED_FILES = ENVIRONMENT.deskside_home / "cache" / "static"
STATICFILES_DIRS = [ROOT / "assistant" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 300

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "assistant.interfaces.api.authentication.KeyAuthentication",
        "assistant.interfaces.api.authentication.MemberSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["assistant.interfaces.api.authentication.HasPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["assistant.interfaces.api.parsers.BoundedJson"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "assistant.interfaces.api.errors.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Deskside",
    "DESCRIPTION": "Conversations, knowledge and customers of one tenant.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "Audience": ["public", "internal"],
        "SourceKind": "assistant.knowledge.models.KnowledgeSource.Kind",
        "EvaluationKind": ["answerable", "unanswerable"],
        "RunState": "assistant.knowledge.models.SourceRun.State",
        "ConversationState": ["assistant", "queued", "human", "resolved"],
        "GapState": ["open", "drafted", "answered", "dismissed"],
        "PairState": ["suggested", "approved", "rejected"],
        "PairDecision": ["approved", "rejected"],
        "PairOrigin": ["desk", "import", "conversation"],
        "DraftOrigin": ["replies", "outline"],
        "EvaluationState": ["queued", "done", "failed"],
    },
}

LOGGING_CONFIG = None
logging_config()
structlog.get_logger(__name__).debug("settings.read", home=str(ENVIRONMENT.deskside_home))
