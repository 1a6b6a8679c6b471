"""A configuration that a script writes in parts, each at its place, and parts that are put together otherwise."""

from __future__ import annotations

from typing import Any

from tests.cases import cases

from ipseclint.formats.parsed import Parsed
from ipseclint.formats.peers import ipsec_conf, ipsec_secrets, swanctl
from ipseclint.source import bytes_source

HEAD = "connections {\n  win {\n"
MIDDLE = "    proposals = aes256-sha256-modp2048\n    children {\n      net {\n"
TAIL = "        esp_proposals = aes256-sha256\n      }\n    }\n  }\n}\n"
FILE = "/etc/swanctl/swanctl.conf"
LEFT_OUT = "a script puts this part of a configuration together, which is not followed: give the file that comes of it"


def read(reader: Any, script: str) -> Parsed:
    source = bytes_source("setup.sh", f"#!/bin/sh\n{script}".encode())
    assert reader.recognise(source)
    parsed: Parsed = reader.parse(source)
    return parsed


def messages(parsed: Parsed) -> list[tuple[str, int]]:
    return [(each.message, each.span.line) for each in parsed.problems]


@cases(
    ("first", "further"),
    [
        (f"cat > {FILE} <<EOF", f"cat >> {FILE} <<EOF"),
        (f"cat <<EOF > {FILE}", f"cat <<'EOF' >> {FILE}"),
        (f"sudo tee {FILE} > /dev/null <<EOF", f"sudo tee -a {FILE} > /dev/null <<EOF"),
        (f"cat <<EOF | sudo tee {FILE}", f"cat <<EOF | sudo tee --append {FILE} >/dev/null"),
        ('cat > "$CONF" <<EOF', 'cat >> "$CONF" <<EOF'),
    ],
)
def test_here_documents_of_one_file_are_one_configuration(first: str, further: str) -> None:
    script = f"{first}\n{HEAD}EOF\nls\n{further}\n{MIDDLE}EOF\nfor i in 1 2; do\n{further}\n{TAIL}EOF\ndone\n"
    parsed = read(swanctl, script)
    assert messages(parsed) == []
    (peer,) = parsed.policy.peers
    assert (peer.name, peer.span.line) == ("win", 4)
    assert [(offer.span.line, offer.span.column) for offer in peer.quick_mode or ()] == [(14, 25)]


@cases(
    ("line", "column"),
    [
        ('echo "{}" {} $CONF', 31),
        ("echo '{}' {} $CONF", 31),
        ('echo "{}" | sudo tee {} $CONF', 31),
        ("printf '{}\\n' {} $CONF", 33),
        ('  printf "{}\\n" {} $CONF', 35),
    ],
)
def test_lines_printed_to_one_file_are_one_configuration(line: str, column: int) -> None:
    marks = ("", "-a") if "tee" in line else (">", ">>")
    lines = [line.format(each, marks[at > 0]) for at, each in enumerate(f"{HEAD}{MIDDLE}{TAIL}".splitlines())]
    parsed = read(swanctl, "\n".join(lines))
    assert messages(parsed) == []
    (peer,) = parsed.policy.peers
    assert [(offer.span.line, offer.span.column) for offer in peer.quick_mode or ()] == [(7, column)]


def test_a_word_without_quotation_marks_is_printed_too() -> None:
    parsed = read(ipsec_conf, "echo conn win > f\necho '  ike=aes256-sha256-modp2048!' >> f\necho '  auto=add' >> f\n")
    assert messages(parsed) == []
    assert [peer.name for peer in parsed.policy.peers] == ["win"]


def test_what_is_written_anew_is_another_file() -> None:
    conn = "cat > f <<EOF\nconn a\n  left=192.0.2.1\n  ike={}!\n  auto=add\nEOF\n"
    script = conn.format("aes256-sha256-modp2048") + conn.format("aes128-sha1-modp1024")
    assert [peer.name for peer in read(ipsec_conf, script).policy.peers] == ["a", "a"]


def test_parts_of_several_files_are_not_mixed() -> None:
    script = (
        "cat > a <<EOF\nconn a\n  auto=add\nEOF\ncat > b <<EOF\nconn b\n  auto=add\nEOF\n"
        "cat >> a <<EOF\n  ike=aes256-sha256-modp2048!\nEOF\n"
    )
    parsed = read(ipsec_conf, script)
    (peer,) = parsed.policy.peers
    assert (peer.name, [offer.span.line for offer in peer.main_mode or ()]) == ("a", [11])
    assert messages(parsed) == [(LEFT_OUT, 7)]


@cases(
    ("part", "line"),
    [
        (f"head() {{\ncat <<EOF\n{HEAD}EOF\n}}\n", 11),
        (f"cat >> other <<EOF\n{MIDDLE}EOF\n", 10),
        ("echo 'conn a\\n  ike=aes256-sha256-modp2048\\n' > /etc/ipsec.conf\n", 9),
        ("printf 'connections {\\n  a {\\n' > x\n", 9),
        ("echo '  proposals = a' >> x; echo '  proposals = b' >> x\n", 9),
    ],
)
def test_a_part_that_is_put_together_otherwise_is_said(part: str, line: int) -> None:
    whole = f"cat > {FILE} <<EOF\nconnections {{\n  a {{\n    proposals = aes256-sha256-modp2048\n  }}\n}}\nEOF\n"
    parsed = read(swanctl, whole + part)
    assert dict(messages(parsed)) == {LEFT_OUT: line}
    assert [peer.name for peer in parsed.policy.peers] == ["a"]


@cases(
    "line", ["echo done > /tmp/log", "echo 'see ike = 1' >&2", "printf '%s' \"$X\" > x", "cat <<EOF > y\nhello\nEOF"]
)
def test_other_texts_are_no_parts(line: str) -> None:
    whole = f"cat > {FILE} <<EOF\n{HEAD}{MIDDLE}{TAIL}EOF\n"
    assert messages(read(swanctl, f"{line}\n{whole}{line}\n")) == []


def test_secrets_in_parts_are_all_read() -> None:
    script = 'cat > s <<EOF\n%any : PSK "a-key"\nEOF\necho \'192.0.2.1 : PSK "b-key"\' >> s\n'
    assert [key.span.line for key in read(ipsec_secrets, script).policy.peer_keys] == [3, 5]


def test_a_script_that_puts_a_file_together_in_a_variable_is_one_problem() -> None:
    section = HEAD.partition("\n")[2] + MIDDLE + TAIL.removesuffix("}\n")
    parsed = read(swanctl, f'CONNS="$CONNS\n{section}"\ncat > {FILE} <<EOF\nconnections {{\n$CONNS\n}}\nEOF\n')
    assert [message for message, _ in messages(parsed)] == [LEFT_OUT]
