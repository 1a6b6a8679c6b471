"""Standard output and standard error: printing to them, and what they can show."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipseclint.reporters import RenderOptions

SHOW_LINKS = (
    "WT_SESSION",
    "VTE_VERSION",
    "KITTY_WINDOW_ID",
    "KONSOLE_VERSION",
    "WEZTERM_PANE",
    "GHOSTTY_RESOURCES_DIR",
)
"""Variables that terminals set which show links (OSC 8)."""


def prepare() -> None:
    """Make the streams escape characters that a console's code page lacks, instead of crashing; ASCII becomes UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            is_ascii = stream.encoding.lower() in {"ascii", "us-ascii", "ansi_x3.4-1968", "646"}
            reconfigure(encoding="utf-8" if is_ascii else None, errors="backslashreplace")


def put(text: str, *, err: bool = False, color: bool | None = None) -> None:
    """Print a text at once. For colours in a Windows console Typer is used, which can set them up."""
    stream = sys.stderr if err else sys.stdout
    if sys.platform == "win32" and stream.isatty():
        import typer

        typer.echo(text, nl=False, err=err, color=color)
        return
    stream.write(text)
    stream.flush()


def for_terminal(options: RenderOptions, *, color: bool | None) -> RenderOptions:
    """The options adapted to standard output."""
    from msgspec.structs import replace  # an unchanged run needs no more than the streams

    is_terminal = sys.stdout.isatty()
    wants_color = _wants_color(color, is_terminal=is_terminal)
    links = is_terminal and wants_color and any(name in os.environ for name in SHOW_LINKS)
    return replace(options, color=wants_color, links=links, width=text_width())


def text_width() -> int:
    """The width of text lines: that of the terminal, within limits, or a fixed one without a terminal."""
    from ipseclint.reporters import DEFAULT_WIDTH, MAX_WIDTH, MIN_WIDTH

    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return DEFAULT_WIDTH
    from shutil import get_terminal_size  # it loads what unpacks archives, and what is written to a file needs none

    return max(MIN_WIDTH, min(get_terminal_size((DEFAULT_WIDTH, 0)).columns, MAX_WIDTH))


def _wants_color(choice: bool | None, *, is_terminal: bool) -> bool:
    """Whether to use colour: an option goes before NO_COLOR, that before FORCE_COLOR, that before the kind of
    stream."""
    if choice is not None:
        return choice
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return os.environ.get("TERM") != "dumb" and is_terminal
