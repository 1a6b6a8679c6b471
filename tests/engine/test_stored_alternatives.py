"""What is found in a script of which not all parts run together is as stored: rules of two branches never meet.

After a change that is meant, `python -m tests.engine.test_stored_alternatives` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.engine.apply_rules import run_rules
from ipseclint.finding import Finding
from ipseclint.formats.powershell.script.format import parse
from ipseclint.model.machine import Machine
from ipseclint.source import bytes_source
from tests import ROOT
from tests.repair.policies import plans

EXPECTED = ROOT / "tests" / "data" / "alternatives.txt"


def rule(name: str, peer: str = "10.1.0.0/16", how: str = "Require") -> str:
    return f"New-NetIPsecRule -DisplayName {name} -RemoteAddress {peer} -InboundSecurity {how} -OutboundSecurity {how}"


A, B, SAME, WIDE, NONE = rule("A"), rule("B"), rule("A"), rule("W", "10.0.0.0/8"), rule("N", "10.1.0.0/16", "None")
SCRIPTS = {
    "one after the other": f"{A}\n{B}\n",
    "one name twice": f"{A}\n{SAME}\n",
    "in two branches": f"if ($env:COMPUTERNAME -eq 'X') {{ {A} }} else {{ {B} }}\n",
    "one name in two branches": f"if ($env:COMPUTERNAME -eq 'X') {{ {A} }} else {{ {SAME} }}\n",
    "one always": f"{WIDE}\nif ($env:COMPUTERNAME -eq 'X') {{ {A} }} else {{ {B} }}\n",
    "exempt in a branch": f"if ($env:COMPUTERNAME -eq 'X') {{ {A} }} else {{ {NONE} }}\n{WIDE}\n",
    "exempt in the same branch": f"if ($env:COMPUTERNAME -eq 'X') {{ {A}\n{NONE} }} else {{ {WIDE} }}\n",
    "three branches": (
        f"if ($env:COMPUTERNAME -eq 'X') {{ {A} }} elseif ($env:COMPUTERNAME -eq 'Y') {{ {SAME} }} else {{ {WIDE} }}\n"
        f"{B}\n{NONE}\n"
    ),
    "a switch": f"switch ($env:COMPUTERNAME) {{ 'X' {{ {A} }} 'Y' {{ {SAME}\n{B} }} default {{ {NONE} }} }}\n{WIDE}\n",
}


def answers() -> Iterator[str]:
    for name, text in SCRIPTS.items():
        policy = parse(bytes_source("p.ps1", text.encode())).policy
        one = Machine(name="p", policy=policy)
        yield f"# {name}: {len(policy.alternatives)}"
        for found in run_rules([one], plans(), one.site):
            if isinstance(found, Finding):
                places = [f"{each.label} {each.span.line}:{each.span.column}" for each in found.related]
                yield f"{found.code} {found.span.line}:{found.span.column} {found.message} {places}"
            else:
                yield str(found)[:200]


def test_what_is_found_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
