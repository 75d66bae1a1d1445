"""Companies on this installation, their people and their keys."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from assistant.foundation.clock import now
from assistant.foundation.ids import uuid7
from assistant.foundation.managers import TenantModel
from assistant.foundation.permissions import Role

KEY_PREFIX = "dsk"


class Tenant(models.Model):
    """A company on this installation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=8, default="en")
    region = models.CharField(max_length=2, default="GB", help_text="Where phone numbers without a country code are.")
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """A person who can log in. (Any: Django's own signature.)"""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        """The operator of the installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can log in; membership of tenants is a Member row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=now)
    home = models.ForeignKey(Tenant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class Member(TenantModel):
    """A user's place in a tenant; human agents are members."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120, help_text="As customers see it.")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role], default=Role.AGENT)
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="foundation_member_own"),
            models.UniqueConstraint(fields=["tenant", "user"], name="foundation_member_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ApiKey(TenantModel):
    """A key for machines: `dsk_<tenant slug>_<secret>`, of which only a hash is kept."""

    name = models.CharField(max_length=120)
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role], default=Role.MANAGER)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "secret_hash"], name="foundation_apikey_once")]

    def __str__(self) -> str:
        return self.name


def make_api_key(tenant: Tenant, *, name: str, role: Role = Role.MANAGER) -> str:
    """A new key in the bound scope. The text is shown once and cannot be read again."""
    secret = secrets.token_urlsafe(32)
    ApiKey.objects.create(name=name, role=role, secret_hash=hash_secret(secret))
    return f"{KEY_PREFIX}_{tenant.slug}_{secret}"


def hash_secret(secret: str) -> str:
    """SHA-256; enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
