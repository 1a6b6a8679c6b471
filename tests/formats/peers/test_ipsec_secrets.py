"""Keys of ipsec.secrets without quotation marks: a file of them is known, each is counted, hidden, and not compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.setting import Secret
from ipseclint.source import bytes_source

Cli = Callable[..., Any]

BARE = "of-the-branch.77"


def read(text: str) -> Parsed | None:
    source = bytes_source("ipsec.secrets", text.encode())
    form = recognise(source)
    return form.parse(source) if form is not None and form.name == "ipsec-secrets" else None


@cases(
    ("names", "identities"),
    [
        ("", ()),
        ("%any ", ()),
        ("203.0.113.9 %any", ("203.0.113.9",)),
        ("2001:db8::7 ", ("2001:db8::7",)),
        ("@gw.example.org", ("@gw.example.org",)),
    ],
)
def test_a_key_without_quotation_marks_is_counted_and_hidden_and_not_compared(
    names: str, identities: tuple[str, ...]
) -> None:
    line = f"{names}: PSK {BARE}"
    parsed = read(f"# keys\n{line}  \r\n")
    assert parsed is not None
    (key,) = parsed.policy.peer_keys
    assert (key.identities, key.secret) == (identities, None)
    assert parsed.unread == (("`key without quotation marks`", 1),)
    begin = line.index(BARE) + 1
    assert any(
        place.line == 2 and place.column <= begin and place.column + place.length >= begin + len(BARE)
        for place in parsed.secrets
    )


@cases("behind", ["", " # of the branch", " and more"])
def test_beside_one_in_quotation_marks_both_are_keys(behind: str) -> None:
    parsed = read(f'203.0.113.9 : PSK "in quotation marks"\n: PSK {BARE}{behind}\n')
    assert parsed is not None
    assert [key.secret for key in parsed.policy.peer_keys] == [Secret("in quotation marks"), None]


@cases("text", ["Authentication: PSK mode\n", "IKE : PSK or-certificate\n", ": PSK as in the mail of Monday\n"])
def test_prose_about_a_preshared_key_is_no_such_file(text: str) -> None:
    assert read(text) is None


@cases("output", ["text", "json", "html"])
def test_no_output_shows_such_a_key(cli: Cli, tmp_path: Path, output: str) -> None:
    path = tmp_path / "ipsec.secrets"
    path.write_text(f": PSK {BARE}\n203.0.113.9 %any : PSK {BARE}\nno secret at all\n")
    result = cli("--format", output, path)
    assert BARE not in result.out + result.err


def test_sentences_behind_a_secret_are_no_broken_secrets() -> None:
    steps = "2) Create the interface of the tunnel on the router, and bring it up:\nsudo ip link set vti1 up mtu 1419\n"
    parsed = read(f': PSK "first-key-of-two"\n{steps}203.0.113.9 : PSK "second-key-of-two"\n{steps}')
    assert parsed is not None
    assert len(parsed.policy.peer_keys) == 2
    assert not parsed.problems
    assert parsed.unread == (("`text beside the secrets`", 4),)


@cases("spoilt", ['203.0.113.9 PSK "without-a-colon"', '203.0.113.9 : "without-its-kind"'])
def test_a_broken_secret_behind_a_sentence_is_a_problem_and_hidden(spoilt: str) -> None:
    parsed = read(f': PSK "first-key-of-two"\nThen add the second key below the first one.\n{spoilt}\n')
    assert parsed is not None
    assert [problem.span.line for problem in parsed.problems if problem.span is not None] == [3]
    assert any(place.line == 3 and place.length >= len(spoilt) for place in parsed.secrets)


@cases("margin", ["", "    "])
def test_a_document_that_shows_a_connection_below_the_secrets_is_no_file_of_secrets(margin: str) -> None:
    shown = '192.0.2.1 : PSK "Kestrel-417"', "conn office", "    authby=psk", "    right=192.0.2.1"
    text = "# Both files\n\n" + "".join(f"{margin}{line}\n" for line in shown)
    form = recognise(bytes_source("both.md", text.encode()))
    assert form is not None
    assert form.name != "ipsec-secrets"
