"""How long a PowerShell script of 5,000 lines takes, as ratios to a bare parse by tree-sitter, in the same run.

A script of comments, output and checks around its cmdlets, as administrators write them, is parsed bare, then
recognised, then read into a policy; these take turns in one process, with the collector of cycles off, as a run has it,
so that start-up counts for none of them. Then `ipseclint` is run on the whole of it and on a script of two lines: the
first, in CPU time, against the second and the bare parse together. `dense` is a script of cmdlets alone.

Run with the Python of the environment ipseclint is installed in:
`.venv/bin/python -m tests.benchmarks.powershell_script`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import tree_sitter_powershell
from tree_sitter import Language, Parser

from ipseclint import formats
from ipseclint.engine.collector import collector_off
from ipseclint.formats.powershell.script.format import parse
from ipseclint.source import bytes_source
from tests.benchmarks.start_up import cpu_seconds

LINES = 5_000
ROUNDS = 5

HEAD = """#Requires -RunAsAdministrator
param([string] $Domain = 'corp.example')
$gpo = Open-NetGPO -PolicyStore "$Domain\\Isolation"
$offer = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA384 -KeyExchange DH20
New-NetIPsecMainModeCryptoSet -GPOSession $gpo -DisplayName 'Main' -Default -Proposal $offer | Out-Null
"""
PROSE = """
#############################################################################
# Site {number}: what follows was agreed on with the owners of its servers,
# and changes only with their leave. Ask the network group first.
#############################################################################
function Get-SiteOwner{number} {{
    <#
    .SYNOPSIS
        Whom to ask about site {number}.
    .DESCRIPTION
        The owners stand in the directory; this function only looks.
    #>
    param([string] $Name, [int] $Tries = 3)
    $owner = $null
    for ($try = 0; $try -lt $Tries -and -not $owner; $try++) {{
        try {{
            $owner = Get-ADUser -Filter "Department -eq '$Name'" -Properties Mail
        }}
        catch {{
            Write-Warning "no answer for $Name in try $try`: $($_.Exception.Message)"
            Start-Sleep -Seconds (2 * $try)
        }}
    }}
    return $owner
}}

Write-Host "Site {number}" -ForegroundColor Green
Write-Verbose ('{{0}} of {{1}}' -f {number}, 'all')
"""
RULE = """$rule = @{{
    DisplayName      = 'Site {number}'
    RemoteAddress    = '10.{high}.{low}.0/24'
    InboundSecurity  = 'Require'
    OutboundSecurity = 'Request'
}}
New-NetIPsecRule @rule -GPOSession $gpo -Profile Domain | Out-Null
"""
SMALL = """$offer = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA384 -KeyExchange DH20
New-NetIPsecMainModeCryptoSet -DisplayName 'Main' -Default -Proposal $offer
"""
TAIL = "Save-NetGPO -GPOSession $gpo\n"


def script(*, dense: bool, lines: int = LINES) -> str:
    """A script of so many lines."""
    block = RULE if dense else PROSE + RULE
    blocks = (lines - (HEAD + TAIL).count("\n")) // block.count("\n")
    numbered = (block.format(number=number, high=number // 256, low=number % 256) for number in range(blocks))
    return HEAD + "".join(numbered) + TAIL


def seconds(*works: Callable[[], object]) -> list[float]:
    """The shortest run of each, taking turns so that they meet the same machine."""
    times = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for number, work in enumerate(works):
            begin = time.process_time()
            work()
            times[number] = min(times[number], time.process_time() - begin)
    return times


def command_seconds(text: str) -> float:
    """The CPU time of a check of a script, start-up included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.ps1"
        path.write_text(text, encoding="utf-8", newline="\n")
        return cpu_seconds([sys.executable, "-m", "ipseclint", path])


def main() -> None:
    """Print the ratios."""
    parser = Parser(Language(tree_sitter_powershell.language()))
    start = command_seconds(SMALL)
    print(f"{'script':10}{'lines':>7}{'rules':>7}{'bare parse':>12}{'read':>8}{'recognised':>12}{'whole command':>15}")
    for name, dense in (("usual", False), ("dense", True)):
        text = script(dense=dense)
        data = text.encode()
        source = bytes_source("policy.ps1", data)
        rules = len(parse(source).policy.connection_security_rules)

        def bare(data: bytes = data) -> object:
            return parser.parse(data)

        def read(data: bytes = data) -> object:
            return parse(bytes_source("policy.ps1", data))

        def known(data: bytes = data) -> object:
            return formats.recognise(bytes_source("policy.ps1", data))

        with collector_off():
            once, reading, knowing = seconds(bare, read, known)
        whole = command_seconds(text) / (once + start)
        lines = text.count("\n")
        shares = f"{reading / once:>7.1f}x{knowing / reading:>12.1%}{whole:>14.1f}x"
        print(f"{name:10}{lines:>7}{rules:>7}{once:>10.3f} s{shares}")


if __name__ == "__main__":
    main()
