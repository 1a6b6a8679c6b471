"""`ipseclint collect-script`: the script that collects policy and evidence on a Windows machine."""

from __future__ import annotations

import typer


def command() -> None:
    """Print the PowerShell script that an administrator runs on a host; it writes one folder to check."""
    from ipseclint.collect import collector_script

    typer.echo(collector_script(), nl=False)
