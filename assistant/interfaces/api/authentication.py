"""Who calls the API: a key of the tenant, or a member logged in to it. The door has bound the tenant already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.crypto import constant_time_compare
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from assistant.conversations.access import Actor
from assistant.foundation import limits
from assistant.foundation.errors import NotFound, Unauthenticated
from assistant.foundation.people import ApiKey, Member, User, hash_secret
from assistant.foundation.permissions import May, can
from assistant.foundation.tenancy import current, tenant_key
from assistant.interfaces.doors import bearer_parts

if TYPE_CHECKING:
    from rest_framework.views import APIView  # importing it here at run time would go in a circle


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer dsk_<tenant>_<secret>`."""

    def authenticate(self, request: Request) -> tuple[Actor, str] | None:
        """The key's actor; None when there is no key. Raises Unauthenticated for a wrong one."""
        if not request.headers.get("Authorization", "").lower().startswith("bearer "):
            return None
        parts = bearer_parts(request._request)
        if parts is None or current() is None:
            raise Unauthenticated
        digest = hash_secret(parts[1])
        key = ApiKey.objects.filter(secret_hash=digest, revoked_at__isnull=True).first()
        if key is None or not constant_time_compare(key.secret_hash, digest):
            raise Unauthenticated
        limits.take("api.key", tenant_key(key.id.hex))
        return Actor(role=key.role, name=f"key:{key.id}"), "key"

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing key a 401 and not a 403."""
        return "Bearer"


class MemberSessionAuthentication(SessionAuthentication):
    """The dashboard's log-in cookie, with CSRF protection, and the header that names the tenant."""

    def authenticate(self, request: Request) -> tuple[Actor, str] | None:
        """The member's actor. A user who is no member of the tenant finds nothing here. Raises NotFound."""
        user = request._request.user
        if not isinstance(user, User) or not user.is_active:
            return None
        if current() is None:
            raise Unauthenticated
        self.enforce_csrf(request)
        member = Member.objects.filter(user=user, is_active=True).first()
        if member is None:
            raise NotFound
        return Actor(role=member.role, name=f"member:{member.id}", member=member), "session"


class HasPermission(BasePermission):
    """Each view names what its method needs in `may`; one that names nothing lets nobody in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Look it up in the role table."""
        if not isinstance(request.user, Actor):
            raise Unauthenticated
        needed: May | None = getattr(view, "may", {}).get(request.method)
        return needed is not None and can(request.user.role, needed)
