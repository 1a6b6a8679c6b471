"""What a shell script puts into a configuration is known where it says so, and unknown elsewhere: never the `$NAME`."""

from __future__ import annotations

from typing import Any

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.peers import ipsec_conf, ipsec_secrets, swanctl
from ipseclint.formats.peers.shell import Written, written
from ipseclint.model.peer import have_none_for, only_key
from ipseclint.model.setting import Secret
from ipseclint.source import bytes_source

CONN = """\
conn win
    left=$HOST
    leftid=$ID
    leftsubnet=${NET}
    right=192.0.2.2
    authby=secret
    keyexchange=ikev2
    ike=$IKE
"""
SECTIONS = """\
connections {
  win {
    local_addrs = $HOST
    remote_addrs = 192.0.2.2
    proposals = $IKE
    local {
      auth = psk
      id = $ID
    }
    remote {
      auth = psk
    }
    children {
      net {
        local_ts = ${NET}
      }
    }
  }
}
secrets {
  ike-1 {
    secret = $KEY
    id = $ID
  }
}
"""
KEYS = '$ID 192.0.2.2 : PSK "$KEY"\n'
SET = (
    "HOST=192.0.2.1\nexport ID='vpn.example.net'\nNET=\"10.1.0.0/16\"  # lab\n"
    "IKE=aes256-sha256-modp2048\nKEY=Kan4rie7Q9zX\n"
)
BOTH = [(ipsec_conf, CONN), (swanctl, SECTIONS)]


def script(text: str, before: str = "", end: str = "EOF") -> str:
    return f"#!/bin/bash\n{before}cat > /etc/file <<{end}\n{text}EOF\n"


def parsed(reader: Any, text: str) -> Any:
    return reader.parse(bytes_source("setup.sh", text.encode()))


@cases(("reader", "text"), BOTH)
def test_a_variable_that_is_set_to_a_text_has_it(reader: Any, text: str) -> None:
    read = parsed(reader, script(text, SET))
    (peer,) = read.policy.peers
    assert read.problems == ()
    assert str(peer.local.known[0]) == "10.1.0.0/16"
    assert ([str(each) for each in peer.answers_on], peer.identity.known) == (["192.0.2.1"], "vpn.example.net")
    assert (peer.main_mode[0].encryption, peer.main_mode[0].is_understood) == (("AES-256",), True)
    assert peer.local.span.line in range(7, 30)


@cases(("reader", "text"), BOTH)
@cases(
    "before",
    [
        "",
        "HOST=$(hostname -I)\nID=`hostname`\nNET=$1\nIKE=${IKE:-aes256-sha256-modp2048}\n",
        "read -p 'Where? ' HOST ID NET IKE\n",
        f"{SET}HOST=\nID=\nNET=\nIKE=x\n",
        f"{SET}read -r HOST ID NET IKE\n",
        f"{SET}for HOST in 1; do :; done; : ${{ID:=x}}; NET+=,10.2.0.0/16; IKE=$2\n",
        "if true; then\n  HOST=192.0.2.1\n  ID=a\n  NET=10.1.0.0/16\n  IKE=aes256-sha256-modp2048\nfi\n",
    ],
)
def test_any_other_variable_is_not_known(reader: Any, text: str, before: str) -> None:
    read = parsed(reader, script(text, before))
    (peer,) = read.policy.peers
    assert (peer.local.known, peer.identity and peer.identity.known, peer.answers_on) == (None, None, ())
    assert not peer.main_mode[0].is_understood
    said = {problem.message for problem in read.problems}
    assert any("an address is only known when the script" in message for message in said)


@cases(("reader", "text"), BOTH)
def test_a_quoted_end_word_keeps_the_shell_from_filling_in(reader: Any, text: str) -> None:
    (peer,) = parsed(reader, script(text, SET, "'EOF'")).policy.peers
    assert (peer.identity.known, peer.local.known) == ("$ID", None)


def test_what_is_set_behind_the_document_is_not_known_in_it() -> None:
    (peer,) = parsed(ipsec_conf, script(CONN) + SET).policy.peers
    assert (peer.local.known, peer.identity and peer.identity.known) == (None, None)


@cases(
    ("before", "end", "key"),
    [
        ("", "EOF", None),
        ("KEY=$(openssl rand -base64 24)\n", "EOF", None),
        (SET, "EOF", "Kan4rie7Q9zX"),
        (SET, "'EOF'", "$KEY"),
    ],
)
@cases("reader", [ipsec_secrets, ipsec_conf])
def test_a_key_is_what_the_shell_makes_of_it(before: str, end: str, key: str | None, reader: Any) -> None:
    """A script may write it beside the configuration."""
    beside = script(CONN) if reader is ipsec_conf else "#!/bin/bash\n"
    text = f"{before}{beside}{script(KEYS, '', end).partition(chr(10))[2]}"
    (read,) = parsed(reader, text).policy.peer_keys
    assert read.secret == (None if key is None else Secret(key))


def test_a_key_for_whom_is_not_known_may_be_for_anybody() -> None:
    """No key is missing then, and a peer whose name is put in may be the one it names."""
    (key,) = parsed(ipsec_secrets, script(KEYS)).policy.peer_keys
    assert not have_none_for((key,), ("192.0.2.9",))
    (peer,) = parsed(ipsec_conf, script(CONN)).policy.peers
    (named,) = parsed(ipsec_secrets, 'other.example : PSK "Kan4rie7Q9zX"\n').policy.peer_keys
    assert not have_none_for((named,), peer.identities)
    assert only_key((key,)) is None


@cases("value", ["{{ ipsec_psk }}", "<%= @psk %>", "${var.psk}", "${data.x[0]}", "${format(1)}"])
def test_what_a_template_is_filled_in_with_is_not_known(value: str) -> None:
    (key,) = parsed(ipsec_secrets, f'192.0.2.1 192.0.2.2 : PSK "{value}"\n').policy.peer_keys
    assert key.secret is None
    (peer,) = parsed(ipsec_conf, CONN.replace("$ID", value)).policy.peers
    assert peer.identity is not None
    assert peer.identity.known is None


@cases(
    ("text", "filled", "is_open"),
    [
        ("a$A-$B", "a1-2", False),
        ("${A}$C", "1$C", True),
        ("\\$A$B", "$A2", False),
        ("$(date)", "$(date)", True),
        ("`date`", "`date`", True),
        ("${A:-5}", "${A:-5}", True),
        ("5$", "5$", False),
    ],
)
def test_a_value_is_filled_in_as_the_shell_does(text: str, filled: str, is_open: bool) -> None:
    config = Written("", "x", frozenset({3}), {"A": "1", "B": "2"})
    token = config.filled(Token(text, "x", 3, 5))
    assert (token.text, isinstance(token, OpenToken), token.line) == (filled, is_open, 3)
    quoted = config.filled(Token(text, "x", 4, 5))
    assert quoted.text == text
    assert isinstance(quoted, OpenToken) is ("${" in text)  # the shell leaves it, and something else puts it in


def test_a_text_without_a_script_is_as_it_is() -> None:
    config = written(CONN, "x", ipsec_conf.recognise)
    assert (config.text, config.is_in_script, config.open_lines) == (CONN, False, frozenset())


SPEC = (
    "Name: win\n%install\ncat > %{buildroot}/etc/ipsec.conf <<INNER\n" + CONN + "EOC\n"
    "cat > %{buildroot}/etc/strongswan.conf <<EOC\ncharon {\n}\nEOC\n"
)


@cases(
    ("outer", "inner", "is_open"),
    [("EOF", "EOC", True), ("'EOF'", "EOC", True), ("EOF", "'EOC'", True), ("'EOF'", "'EOC'", False)],
)
def test_a_configuration_within_a_file_that_a_script_writes_is_read_alone(
    outer: str, inner: str, is_open: bool
) -> None:
    text = f"#!/bin/sh\ncat > win.spec <<{outer}\n{SPEC.replace('INNER', inner)}EOF\nrpmbuild win.spec\n"
    own = written(text, "a.sh", ipsec_conf.recognise)
    assert own.text.split() == CONN.split()
    assert bool(own.open_lines) is is_open


@cases("variable", ["$1", "${CIPHER}", "$C"])
def test_one_proposal_of_a_list_that_the_shell_fills_in_is_said_to_be_known_then(variable: str) -> None:
    config = CONN.replace("$IKE", f"{variable}-sha1-modp2048,3des-sha1-modp2048!")
    script = f"#!/bin/sh\ncat > /etc/ipsec.conf <<EOT\n{config}EOT\n"
    told = [each.message for each in check_text(script, "a.sh").problems if "proposal" in each.message]
    when_used = "a proposal is only known when the script or template is used"
    assert [each.partition(": ")[0] for each in told] == [when_used]
