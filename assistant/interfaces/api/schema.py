"""How the OpenAPI document describes our two ways in."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular is half typed
    """The key in the OpenAPI document."""

    target_class = "assistant.interfaces.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer key. (Any: drf-spectacular's own type.)"""
        return {"type": "http", "scheme": "bearer", "description": "A key of one tenant: dsk_<tenant>_<secret>."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular is half typed
    """The log-in cookie in the OpenAPI document."""

    target_class = "assistant.interfaces.api.authentication.MemberSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A cookie. (Any: drf-spectacular's own type.)"""
        return {"type": "apiKey", "in": "cookie", "name": "deskside_session"}
