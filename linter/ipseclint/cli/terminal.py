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
    is_terminal = sys.stdout.isatty()
    wants_color = _wants_color(color, is_terminal=is_terminal)
    links = is_terminal and wants_color and any(name in os.environ for name in SHOW_LINKS)
    return replace(options, color=wants_color, links=links, width=text_width())


def text_width() -> int:
    """How wide lines of text may be: as the terminal is, within limits; a width of its own where none shows them."""
    from ipseclint.reporters import DEFAULT_WIDTH, MAX_WIDTH, MIN_WIDTH

    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return DEFAULT_WIDTH
    from shutil import get_terminal_size  # it loads what unpacks archives, and what is written to a file needs none

    return max(MIN_WIDTH, min(get_terminal_size((DEFAULT_WIDTH, 0)).columns, MAX_WIDTH))


def _wants_color(choice: bool | None, *, is_terminal: bool) -> bool:
    """What is asked for goes before NO_COLOR, that before FORCE_COLOR, that before what the stream is."""
    if choice is not None:
        return choice
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return os.environ.get("TERM") != "dumb" and is_terminal
