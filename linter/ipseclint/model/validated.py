"""The base class of what an input or a user says: policy objects, site facts, configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict

from ipseclint.packing import Restorable, restored


class Validated(Restorable, BaseModel):
    """A value that cannot change, is checked as it is made, and takes nothing that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        """Its values in their order, without what was worked out of them: small, and soon restored."""
        values = self.__dict__
        return restored, (type(self), *[values[name] for name in type(self).model_fields])
