"""Views that ask a model before they write: no transaction may be open meanwhile, so they make their own."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.views import APIView

from assistant.foundation.tenancy import current, required, tenant_scope


class ViewInSteps(APIView):
    """The door binds the tenant and opens nothing; tenant rows are reached inside `self.step()` only."""

    is_in_steps: ClassVar = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who calls and may they: the first step. Without a tenant nobody may. (Any: DRF's own signature.)"""
        with nullcontext() if current() is None else self.step():
            super().initial(request, *args, **kwargs)

    def step(self) -> AbstractContextManager[None]:
        """One transaction of the tenant whose house this is."""
        return tenant_scope(required())
