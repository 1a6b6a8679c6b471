"""The first configuration is as stored: as it is, and with what policies propose.

After a change that is meant, `python -m tests.engine.test_stored_starter` stores it anew: read the difference.
"""

from __future__ import annotations

from ipseclint.engine.configuration.starter import starter
from ipseclint.model.intent import Intent
from ipseclint.semantics.site_proposals import Proposal
from tests import ROOT

EXPECTED = ROOT / "tests" / "data" / "starter.toml"

PROPOSALS = {
    "dns_servers": Proposal(["10.0.0.1"], "the exemption", is_certain=True),
    "peers": Proposal(12, "its rules", is_certain=False),
}
INTENTS = (
    Intent(name="A", must="required", peers=("10.1.0.0/16",), encryption_bits=128),
    Intent(name="B", must="exempt", protocol="tcp", own_ports="443"),
)


def answer() -> str:
    return f"{starter({})}\n# ---- with proposals\n\n{starter(PROPOSALS, INTENTS)}"


def test_the_first_configuration_is_as_stored() -> None:
    assert answer() == EXPECTED.read_text("utf-8")


def store() -> None:
    EXPECTED.write_text(answer(), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
