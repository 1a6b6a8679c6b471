"""Two ends made of texts, and what is answered about them."""

from __future__ import annotations

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.engine.negotiate import answers
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.semantics.negotiation.table import Row, Side
from ipseclint.source import bytes_source

PSK = "auth1=computerpsk auth1psk=first-key"


def machine(text: str, name: str, secrets: str | None = None, *, is_whole: bool = True) -> Machine:
    """The machine that one input describes, or two with its keys apart; it must be wholly understood unless told."""
    texts = {name: text} if secrets is None else {name: text, f"{name}.secrets": secrets}
    inputs = read_inputs([Candidate(bytes_source(path, body.encode()), named=True) for path, body in texts.items()])
    assert is_whole is not any(each.parsed.problems for each in inputs)
    return make_machine(name, inputs, Site())


def answered(a: str, b: str) -> list[Row]:
    """All answers about two texts."""
    return answers(machine(a, "a"), machine(b, "b"))


def answer(a: str, b: str, initiator: Side = Side.A) -> Row:
    """The answer about the only pair of two texts, with one of them as initiator."""
    (row,) = (row for row in answered(a, b) if row.initiator is initiator)
    return row


def verdict(a: str, b: str, initiator: Side = Side.A) -> tuple[str, str | None]:
    """The verdict and the stage of the only pair of two texts."""
    outcome = answer(a, b, initiator).outcome
    return outcome.verdict.value, outcome.stage


def rule(rest: str, action: str = "requireinrequireout", ends: tuple[str, str] = ("10.1.0.5", "10.2.0.7")) -> str:
    """A connection security rule between two hosts."""
    here, there = ends
    return f'netsh advfirewall consec add rule name="R" endpoint1={here} endpoint2={there} action={action} {rest}\n'


def both(mine: str, theirs: str, action: str = "requireinrequireout") -> tuple[str, str]:
    """Two rules that mirror each other and differ in the rest."""
    return rule(mine, action), rule(theirs, action, ("10.2.0.7", "10.1.0.5"))


def main_mode(methods: str) -> str:
    """The command that sets the proposals of main mode."""
    return f"netsh advfirewall set global mainmode mmsecmethods {methods}\n"


def peer(**parts: str) -> str:
    """A description of a peer; `parts` are lines of TOML by table: head, main, quick, auth."""
    lines = ["[peer]", parts.get("head", 'keying = ["ikev2"]')]
    lines += ["[peer.main_mode]", parts.get("main", 'proposals = ["aes256-sha256-modp2048"]')]
    lines += ["[peer.quick_mode]", parts.get("quick", 'proposals = ["esp:aes128-sha1"]')]
    lines += ["[peer.auth]", parts.get("auth", 'methods = ["psk"]\npsk = "first-key"')]
    return "\n".join(lines) + "\n"
