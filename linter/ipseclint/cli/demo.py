"""`ipseclint demo`: the example files that the pages of the documentation name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipseclint.cli.messages import fail, reason, say
from ipseclint.escape import visible


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write; it must not exist, or be empty.")],
) -> None:
    """Write the example files that the documentation uses: policies, a host's evidence, facts of a site."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            fail(f"{folder} is there already and is not an empty folder; nothing is written")
        folder.mkdir(parents=True, exist_ok=True)
        for source in sorted(_examples().rglob("*")):  # a folder before what is in it
            target = folder / source.relative_to(_examples())
            target.mkdir(exist_ok=True) if source.is_dir() else target.write_bytes(source.read_bytes())
    except OSError as error:
        fail(f"cannot write {folder}: {reason(error)}")
    say(f"{visible(str(folder))} written. Next: `cd {visible(str(folder))}`, then `ipseclint policy.cmd`", err=True)


def _examples() -> Path:
    """The folder of the example files: inside the installed package, or in the checkout of an editable install."""
    packaged = Path(__file__).parents[1] / "_demo"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "fixtures" / "runs" / "docs"
