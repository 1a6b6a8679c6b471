"""The base class of immutable values that users write."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Validated(BaseModel):
    """A value that cannot change, is checked as it is made, and takes nothing that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)
