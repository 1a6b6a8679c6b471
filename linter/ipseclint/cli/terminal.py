"""What standard output can show: colour, links, and how wide it is."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ipseclint.cli.streams import SHOW_LINKS

if TYPE_CHECKING:
    from ipseclint.reporters import RenderOptions


def for_terminal(options: RenderOptions, *, color: bool | None) -> RenderOptions:
    """The options as standard output wants them."""
    from ipseclint.reporters import DEFAULT_WIDTH, MAX_WIDTH, MIN_WIDTH

    is_terminal = sys.stdout.isatty()
    known = is_terminal or "COLUMNS" in os.environ
    width = _width(DEFAULT_WIDTH) if known else DEFAULT_WIDTH
    wants_color = _wants_color(color, is_terminal=is_terminal)
    links = is_terminal and wants_color and any(name in os.environ for name in SHOW_LINKS)
    return replace(options, color=wants_color, links=links, width=max(MIN_WIDTH, min(width, MAX_WIDTH)))


def _width(otherwise: int) -> int:
    from shutil import get_terminal_size  # it loads what unpacks archives, and what is written to a file needs none

    return get_terminal_size((otherwise, 0)).columns


def _wants_color(choice: bool | None, *, is_terminal: bool) -> bool:
    """What is asked for goes before NO_COLOR, that before FORCE_COLOR, that before what the stream is."""
    if choice is not None:
        return choice
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return os.environ.get("TERM") != "dumb" and is_terminal
