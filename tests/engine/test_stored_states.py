"""What is said of two texts of a policy, of which one is changed, cut, damaged or odd, is as stored.

After a change that is meant, `python -m tests.engine.test_stored_states` stores it anew: read the difference.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipseclint.engine.difference import difference
from ipseclint.engine.job import Job
from ipseclint.engine.states import read_states
from ipseclint.model.site import Site
from tests import ROOT
from tests.engine.test_difference import rule
from tests.semantics.as_text import told

pytestmark = pytest.mark.drawn(3)

EXPECTED = ROOT / "tests" / "data" / "states.txt"

MANY = "".join(rule(name=f"Site {number}", remote=f"10.{number}.0.0/16") for number in range(1, 7))
GLOBAL = "netsh advfirewall set global ipsec "
REFUSED = rule("frob=1", name="Refused")
TWICE = rule(name="S").replace("10.2.0.0/16", "10.2.0.0/16,10.4.0.0/16")
UNKNOWN = rule(name="U").replace("action=requireinrequireout", "action=%ACTION%")
ASKED = rule("auth1=computerpsk auth1psk=%KEY%", name="Asked")
LEGACY = (
    "netsh ipsec static add policy P assign=yes\nnetsh ipsec static add filterlist L\n"
    "netsh ipsec static add filter L me 10.1.0.0 dstmask=255.255.0.0\nnetsh ipsec static add filteraction A soft=yes\n"
    "netsh ipsec static add rule R P L A kerberos=yes\n"
)
SERVICES = "Set-Service -Name IKEEXT -StartupType Automatic\nSet-Service -Name PolicyAgent -StartupType Automatic\n"
SCRIPT = "New-NetIPsecRule -DisplayName R -RemoteAddress 10.2.0.0/16 -InboundSecurity Require\n"
OTHER, LAST = rule(name="O", remote="10.9.0.0/16"), rule("enable=yes", name="L").rstrip()
PAIRS: dict[str, tuple[str, str]] = {
    "nothing": ("", ""),
    "the same": (MANY, MANY),
    "one less": (MANY, MANY.split("\n", 1)[1]),
    "others": (MANY, rule() + TWICE),
    "cut within a line": (MANY, MANY[:-20]),
    "cut at a line": (MANY, MANY[: MANY.rfind("netsh")]),
    "cut early in a line": (MANY, MANY[: MANY.rfind("netsh") + 4]),
    "cut to the first": (MANY, MANY.split("\n")[0] + "\n"),
    "the last line begins another": (OTHER + LAST, OTHER + f"{LAST}\n{LAST} profile=domain\n"),
    "zeros": (MANY, MANY[:300] + "\0" * 40 + MANY[340:]),
    "zeros in both": (MANY.replace("\n", "\0\n", 1), MANY[:300] + "\0" * 40 + MANY[340:]),
    "a hole": (MANY, MANY[:60] + MANY[420:]),
    "a hole of a line": (MANY, MANY[:60] + MANY[100:]),
    "two lines are one": (MANY, MANY.replace("\n", " ", 1)),
    "refused": (MANY, MANY + REFUSED),
    "two refused": (MANY, REFUSED + MANY + rule("frob=2", name="T")),
    "refused in both": (MANY + REFUSED, REFUSED + MANY),
    "not understood": (MANY, MANY.split("\n", 1)[1] + UNKNOWN),
    "two are gone, not understood": (MANY, MANY.split("\n", 2)[2] + UNKNOWN),
    "asked for": (rule("auth1=computerpsk auth1psk=first-key", name="Asked"), ASKED),
    "two asked for": (MANY, MANY + ASKED + ASKED.replace("Asked", "Other")),
    "both asked for": (ASKED + ASKED.replace("Asked", "Other"), ASKED + ASKED.replace("Asked", "Other")),
    "exemptions": (MANY + f"{GLOBAL}defaultexemptions none\n", MANY + f"{GLOBAL}defaultexemptions dhcp,icmp\n"),
    "a setting": (MANY + f"{GLOBAL}saidletimemin 5\n", MANY + f"{GLOBAL}saidletimemin 10\n"),
    "new names": (MANY, MANY.replace("Site 1", "Ort 1").replace("Site 2", "Ort 2")),
    "another dialect": (MANY, LEGACY),
    "a soft action": (LEGACY, LEGACY.replace("soft=yes", "soft=no")),
    "unassigned": (LEGACY, LEGACY.replace("assign=yes", "assign=no")),
    "another format": (rule(), SCRIPT),
    "services": (SERVICES, SERVICES.replace("Automatic", "Disabled")),
    "a service of two": (SERVICES, SERVICES.replace("Automatic", "Disabled", 1)),
}


def answers() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        for pair, texts in PAIRS.items():
            for way, (old, new) in (("", texts), (" back", texts[::-1])):
                paths = []
                for side, text in (("old", old), ("new", new)):
                    ending = "ps1" if text.startswith(("New-", "Set-")) else "cmd"
                    paths.append(Path(name) / f"{side}.{ending}")
                    paths[-1].write_bytes(text.encode())
                job = Job(plans=(), site=Site())
                states = read_states(str(paths[0]), str(paths[1]), job)
                found = difference(*states, job)
                yield f"# {pair}{way}"
                for state in states:
                    yield f"state {state.formats} {list(state.shortfalls)} {state.cut}".replace(name, "")
                yield from (f"note {note}".replace(name, "") for note in found.notes)
                yield from (f"object {change.change} {change.name} {effect}" for change, effect in found.objects)
                yield from (f"traffic {change.effect} {told(change.regions)[:150]}" for change in found.traffic.changes)
                yield f"load {told(found.load)[:200]}"


def test_what_is_said_of_two_states_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
