"""Typer, loaded when one of its names is first used: a plain command line is answered without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipseclint.late import LateModule

if TYPE_CHECKING:
    import typer as typer  # noqa: PLC0414 - given on
else:
    typer = LateModule("typer")

__all__ = ["typer"]
