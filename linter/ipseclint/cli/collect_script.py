"""`ipseclint collect-script`: the script that collects policy and evidence on a Windows machine."""

from __future__ import annotations

from typing import Annotated

from ipseclint.cli.outputs import output_of, output_option


def command(output: Annotated[str | None, output_option(("powershell",))] = None) -> None:
    """Print the PowerShell script that an administrator runs on a host; it writes one folder to check."""
    from ipseclint.collect import collector_script

    output_of(output, None, ("powershell",)).put_script(collector_script())
