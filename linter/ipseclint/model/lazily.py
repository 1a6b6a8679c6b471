"""pydantic, loaded when one of its names is first used: most runs have no file that it would check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipseclint.late import LateModule, LateName

if TYPE_CHECKING:
    import pydantic as pydantic  # noqa: PLC0414 - given on
    from pydantic import Field as Field  # noqa: PLC0414 - the same
else:
    pydantic = LateModule("pydantic")
    Field = LateName("pydantic", "Field")

__all__ = ["Field", "pydantic"]
