"""The base class of what an input or a user says: policy objects, site facts, configuration."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Validated(BaseModel):
    """A value that cannot change, is checked as it is made, and takes nothing that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)
