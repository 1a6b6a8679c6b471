"""What is seen in files that no format claims, and where, is as stored: whole, behind other lines, in small blocks.

After a change that is meant, `python -m tests.engine.test_stored_signs` stores it anew: read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ipseclint import text_blocks
from ipseclint.engine.unread.sign_words import Sign
from ipseclint.engine.unread.signs import command_in, export_in_a_text, sign_of
from ipseclint.source import bytes_source
from tests import ROOT
from tests.engine.test_folders import HIDDEN, NO_CONCERN, SUSPICIOUS
from tests.engine.unread.test_signs import HARMLESS, LIKE_OURS
from tests.engine.unread.test_signs import SUSPICIOUS as MORE

EXPECTED = ROOT / "tests" / "data" / "signs.txt"
BLOCK_BYTES = 300
SAID = 60
"""So much is stored of why a file is not read: the words are held elsewhere."""
BEFORE = b"nothing of it\r\n" * 25
"""More than what of a block is looked at again with the next."""

RULE = b"netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requestinrequestout\n"
PRINTED = b"\nRule Name:  Web\n" + b"-" * 70 + b"\nEnabled:  Yes\n"
LOG = json.dumps((ROOT / "fixtures/formats/ike-log/charon-quick-mode.log").read_text("utf-8")).encode()
TEXT = b'"nothing\\nof it here",\n'
CASES: dict[str, bytes] = {
    **{name: data for name, data in SUSPICIOUS.items() if len(data) < 1_000_000},
    **HIDDEN,
    **{name: data for name, (_, data) in NO_CONCERN.items()},
    **{name: text.encode() for name, text in MORE.items()},
    **{f"no-{name}": text.encode() for name, text in HARMLESS.items()},
    **{f"like-ours-{number}.txt": text.encode() for number, text in enumerate(LIKE_OURS)},
    "rule.cmd": RULE,
    "second.cmd": b"rem\n\n" + RULE,
    "rule.md": RULE,
    "listed.txt": PRINTED,
    "listed-of-the-firewall.txt": PRINTED + b"LocalIP:  Any\nAction: Allow\n",
    "mail.eml": b"From: a@b.example\nSubject: netsh ipsec static\nContent-Transfer-Encoding: base64\n\nAAAA\n",
    "events-whole.xml": b"<Events><Event><System></System></Event></Events>\n",
    "event-whole.xml": b"<Event><System></System></Event> \n",
    "printed.txt": b"Policy Name : P\nMaster PFS  : NO\n",
    "a-text.json": b'{"a": 1,\n"printed": ' + LOG + b"}\n",
    "a-list.json": b"\n[" + LOG + b"]\n",
    "last-text.json": b"[" + TEXT * 19 + LOG + b"]\n",
    "too-many-texts.json": b"[" + TEXT * 20 + LOG + b"]\n",
    "other-text.json": b"[" + TEXT + b"]",
    "strongswan.conf": b"conn a\n  left=10.0.0.1\n",
    "swanctl.conf": b"connections {\n  a {\n  version = 2\n}\n}\n",
    "other.evtx": b"nothing",
    "other.POL": b"nothing",
    "other.wfw": b"nothing",
    "word.txt": b"x" * 100 + b" NetIPsec" + b"rule" * 40 + b"\n",
    "references.xml": b"<a>&#110;&#x65;&#x074;ipsec &#128; &#127;</a>",
}


def told(sign: Sign | None) -> str:
    if sign is None:
        return "nothing"
    where = f"at {sign.line} within {sign.within_bytes}"
    return f"{sign.kind}{' !' * sign.is_suspicious} {where} `{sign.quote}` {sign.why[:SAID]}".strip()


def answers() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, data in CASES.items():
            yield f"# {name}"
            patch.undo()
            yield told(sign_of(bytes_source(name, data)))
            patch.setattr(text_blocks, "_BLOCK_BYTES", BLOCK_BYTES)
            behind = bytes_source(name, BEFORE + data)
            yield f"behind: {told(sign_of(behind))}"
            for what, found in (("command", command_in(behind)), ("text", export_in_a_text(bytes_source(name, data)))):
                if found is not None:
                    yield f"{what}: {told(found)}"


def test_what_is_seen_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
