"""What says cheaply that an input is not for a reader never keeps its own inputs from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint import formats
from ipseclint.formats import all_formats, recognise, rows
from ipseclint.formats.parsed import Format
from ipseclint.formats.powershell.decode import SHAPES
from ipseclint.formats.powershell.signs import may_be_table
from ipseclint.formats.readers import Looked, Shape, Sought, formats_of, is_page, shape_of
from ipseclint.formats.transcript import forms, pieces, reading
from ipseclint.source import Source, bytes_source, file_source

pytestmark = pytest.mark.drawn(4)


def inputs() -> list[Path]:
    folders = (ROOT / "fixtures" / name for name in ("formats", "rules", "runs", "twins"))
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".toml")


def without_signs(source: Source) -> str | None:
    """The format that the readers themselves say, each of them asked."""
    shape = shape_of(source)
    of_shape = {name for reader in rows.READERS if reader.shape is shape for name in names_of(reader.module)}
    transcript = formats._transcript()
    is_text = shape in {Shape.TEXT, Shape.JSON} or is_page(source.head_text)
    readers = (each for each in all_formats() if each.name in of_shape)
    whole = next((each for each in readers if each.recognise(source)), None)
    is_alone = whole is not None and whole.is_alone is not None and whole.is_alone(source)
    if is_text and not is_alone and transcript.recognise(source):
        return transcript.name
    return None if whole is None else whole.name


def names_of(module: str) -> list[str]:
    return [each.name for each in formats_of(module)]


def test_signs_change_nothing_for_any_fixture(draw: Callable[..., list[Path]]) -> None:
    told = {path: found and found.name for path in inputs() for found in [recognise(file_source(path))]}
    drawn = draw(list(told), 0, 6)
    assert {path: told[path] for path in drawn} == {path: without_signs(file_source(path)) for path in drawn}
    assert {each.name for each in all_formats()} <= {*told.values(), "gpo-backup"}


@cases("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_signs_are_seen_in_any_case_and_encoding(encoding: str) -> None:
    text = "\ufeff  WINDOWS REGISTRY EDITOR VERSION 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\r\n"
    source = bytes_source(
        "x.reg", text.replace("WINDOWS REGISTRY EDITOR VERSION", "Windows Registry Editor Version").encode(encoding)
    )
    found = recognise(source)
    assert found is not None
    assert found.name == "firewall-registry-reg"


def test_a_script_loads_no_reader_of_other_things(tmp_path: Path) -> None:
    import subprocess
    import sys

    path = tmp_path / "policy.cmd"
    path.write_text("netsh advfirewall set global ipsec saidletimemin 5\n", encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from ipseclint.formats import recognise; "
        "from ipseclint.source import file_source; "
        "print(recognise(file_source(Path(sys.argv[1]))).name); "
        "print(*sorted(name for name in sys.modules if name.startswith('ipseclint.formats.registry.')))"
    )
    ran = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["netsh-script"]


def test_the_columns_of_every_table_are_a_sign_of_it() -> None:
    heads = [",".join(("Enabled", *properties)).casefold() for _, properties in SHAPES]
    assert [head for head in heads if not may_be_table(Looked.through(f"{head}\n"), "-")] == []


TYPED = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require\n"


@cases("lines", [0, 30, 300])
def test_a_script_is_known_behind_any_head_of_comments_and_whatever_it_quotes_further_on(lines: int) -> None:
    quoted = "$peer = @'\nconnections {\n    a {\n        proposals = aes256-sha256-ecp256\n    }\n}\n'@\n"
    head = "# Agreed on with the owners of the servers; ask the network group before anything is changed.\n" * lines
    known = recognise(
        bytes_source("a.ps1", f"#Requires -RunAsAdministrator\n{head}{TYPED}{'# more' * 600}\n{quoted}".encode())
    )
    assert known is not None
    assert known.name == "powershell-script"


def test_what_shows_at_the_beginning_is_asked_before_a_script() -> None:
    log = "Nov 26 20:00:01 gw charon: 05[CFG] received proposals: IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256\n"
    source = bytes_source("a.txt", (log * 40 + TYPED).encode())
    whole, parted = formats._recognise(source), recognise(source)
    assert whole is not None
    assert whole.name == "ike-log"
    assert parted is not None
    assert parted.name == "transcript", "a log and a command below it are each read"


@cases("lines", [0, 40, 100])
def test_a_script_of_a_shell_that_writes_a_configuration_is_that_wherever_it_stands(lines: int) -> None:
    head = (
        "#!/bin/bash -e\n"
        + 'echo "what is asked here is written below, and is asked again when it is run anew"\n' * lines
    )
    conf = "cat > /etc/ipsec.conf <<EOF\nconn roadwarrior\n  keyexchange=ikev2\n  ike=aes256-sha256-ecp256!\nEOF\n"
    client = "cat > client.ps1 <<EOF\nAdd-VpnConnection -Name VPN -ServerAddress vpn.example -TunnelType Ikev2\nEOF\n"
    alone = recognise(bytes_source("setup.sh", (head + conf).encode()))
    assert alone is not None
    assert alone.name == "ipsec-conf"
    both = bytes_source("setup.sh", (head + conf + client).encode())
    known = recognise(both)
    assert known is not None
    assert known.name == "transcript", "the configuration and the script for the client are each read"
    policy = known.parse(both).policy
    assert [peer.name for peer in policy.peers] == ["roadwarrior"]
    assert [connection.name for connection in policy.vpn_connections] == ["VPN"]


def several_outputs() -> list[Path]:
    """Texts that are cut into pieces, and texts with prose between."""
    names = ("transcript", "error-sentences", "certutil-store", "event-text")
    return [path for name in names for path in sorted((ROOT / "fixtures" / "formats" / name).rglob("*.[lmt]*"))]


@pytest.mark.parametrize("path", several_outputs(), ids=lambda path: path.name)
def test_what_recognition_finds_of_pieces_is_not_found_again_by_reading(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut: Counter[tuple[tuple[int, str], ...]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    lines: Counter[str] = Counter()
    pieces_of, is_prose, recognise_piece = forms.pieces_of, forms.is_prose, formats._recognise_piece

    def cutting(rows: dict[int, str], *begins: object) -> Iterator[forms.Piece]:
        cut[tuple(rows.items())] += 1
        return pieces_of(rows, *begins)  # type: ignore[arg-type]

    def asking(source: Source, *readers: object) -> Format | None:
        asked[source.path, source.head_text] += 1
        return recognise_piece(source, *readers)  # type: ignore[arg-type]

    def asking_line(line: str) -> bool:
        lines[line] += 1
        return is_prose(line)

    monkeypatch.setattr(forms, "pieces_of", cutting)
    monkeypatch.setattr(forms, "is_prose", asking_line)
    monkeypatch.setattr(formats, "_recognise_piece", asking)
    source = file_source(path)
    transcript = reading.transcript(asking, recognise)
    if recognise(source) == formats._transcript():
        transcript.parse(source)
        assert cut
        assert asked
    assert {count for counts in (cut, asked, lines) for count in counts.values()} <= {1}


def test_a_line_that_stands_many_times_in_a_text_is_asked_once_where_it_may_be_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: Counter[str] = Counter()
    may_part = pieces.MAY_PART

    class Counting:
        @staticmethod
        def match(line: str) -> object:
            asked[line] += 1
            return may_part.match(line)

    monkeypatch.setattr(pieces, "MAY_PART", Counting)
    rows = ["PS C:\\> Get-NetIPsecRule", "", "Name : a", "----", "# next"] * 50
    assert len(list(pieces.pieces_of(dict(enumerate(rows, start=1))))) > 50
    assert asked == Counter(dict.fromkeys(set(rows), 1))


CAPTIONS = ("", "SRV01 says\n", "SRV01\n\n", "2026-03-04 10:11\n", "Here it is:\n\n")


@cases("caption", CAPTIONS)
@cases("name", ["advfirewall-show", "netsh-ipsec-show", "reg-query", "powershell-list"])
def test_below_a_line_of_somebody_a_format_is_told_alike_with_and_without_signs(name: str, caption: str) -> None:
    for path in sorted((ROOT / "fixtures/formats" / name).iterdir()):
        text = caption.encode() + path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        found = recognise(bytes_source("ticket.txt", text))
        assert found is not None
        assert found.name == without_signs(bytes_source("ticket.txt", text))


@cases(
    "first",
    [
        "[string[]]$to = '10.0.0.1'",
        "[System.Collections.Generic.List[string]]$to = '10.0.0.1'",
        "[int[]] $ports = 1",
        "[ValidateSet('a')][string]$a = 'a'",
        "[ordered]@{ a = 1 }",
        "[xml]'<a/>'",
        "[Flags()] enum Kind { a }",
        "[void][Reflection.Assembly]::Load('x')",
    ],
)
def test_a_script_may_begin_with_the_name_of_a_type(first: str) -> None:
    source = bytes_source("policy.ps1", f"{first}\nNew-NetIPsecRule -DisplayName A\n".encode())
    found = recognise(source)
    assert (shape_of(source), found and found.name) == (Shape.TEXT, "powershell-script")


@cases("text", ['["a"]', "[[1]]", "[{}]", "[ \n 1]"])
def test_a_list_of_json_is_no_script(text: str) -> None:
    assert shape_of(bytes_source("a.json", text.encode())) is Shape.JSON


@cases(
    ("text", "stands"),
    [
        ("a proposal of b", True),
        ("a b-proposal", False),
        ("run net ipsec {", True),
        ("run ipsec", False),
        ("ipsec\n{", False),
        ("/ip/ipsec add", True),
        ("charon and more", True),
        ("nothing", False),
    ],
)
def test_a_sign_is_found_by_its_word_and_then_by_its_line(text: str, *, stands: bool) -> None:
    sought = Sought.of((" proposal", "ipsec {", "/ip/ipsec", "charon", "charon-cmd"))
    assert sought.alone == ("/ip/ipsec", "charon")
    assert sought.words == ("proposal", "ipsec")
    assert sought.stands("\n".join(text.split()), lambda: text, lambda: text) is stands


def test_the_signs_of_a_short_text_are_looked_for_once_for_it_and_for_its_pieces() -> None:
    source = bytes_source("mail.txt", b"Hello,\n\nthe tunnel to Berlin is down again, please look at it.\n")
    assert recognise(source) is None
    assert "look_words" not in vars(source)
    assert not formats._may_hold_pieces(source, None)


@cases("text", ["netsh ipsec static add policy a", "Rule Name:  a\n", "1 proposal of b", "nothing"])
def test_for_few_readers_a_short_text_is_searched_as_it_is(text: str) -> None:
    source = bytes_source("a.txt", text.encode())
    few = Looked.through_head(source, Shape.TEXT, for_few=True)
    told = [few.has_sign_of(reader) for reader in rows.READERS]
    assert "head_words" not in vars(source)
    assert told == [Looked.through_head(source, Shape.TEXT).has_sign_of(reader) for reader in rows.READERS]
