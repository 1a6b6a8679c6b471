"""Standard output and standard error as everything here prints to them."""

from __future__ import annotations

import sys

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
    """What a console's code page cannot show is printed as an escape, not as a crash; ASCII is taken for UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            is_ascii = stream.encoding.lower() in {"ascii", "us-ascii", "ansi_x3.4-1968", "646"}
            reconfigure(encoding="utf-8" if is_ascii else None, errors="backslashreplace")


def put(text: str, *, err: bool = False, color: bool | None = None) -> None:
    """Print a text at once. A console of Windows may need help with colours, which Typer knows how to give."""
    stream = sys.stderr if err else sys.stdout
    if sys.platform == "win32" and stream.isatty():
        import typer

        typer.echo(text, nl=False, err=err, color=color)
        return
    stream.write(text)
    stream.flush()
