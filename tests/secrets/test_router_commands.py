"""Keys in commands of routers and firewalls, in every writing that these have."""

from __future__ import annotations

import pytest

from ipseclint import secrets
from ipseclint.secrets import router_commands
from ipseclint.secrets.router_commands import in_router_commands
from tests.cases import cases

KEY = "Sommerregenbogen"
COMMANDS = [
    "crypto isakmp key {} address 203.0.113.5",
    "crypto isakmp key 6 {} address 203.0.113.5 255.255.255.255 no-xauth",
    "crypto isakmp key 0 {} hostname far.example",
    "isakmp key {} address 203.0.113.5",
    "crypto isakmp key-string {} peer 203.0.113.5",
    "encrypted-keystring {}",
    "rocommunity {} 192.0.2.0/24",
    "com2sec readonly default {}",
    "failover key {}",
    "failover key hex {}",
    "set mgt-config users admin phash {}",
    "crypto isakmp key{} address 203.0.113.5",
    " pre-shared-key {}",
    " pre-shared-key address 203.0.113.5 key {}",
    " pre-shared-key local {}",
    " pre-shared-key remote 6 {}",
    " pre-shared-key hex {}",
    " ikev2 remote-authentication pre-shared-key 0 {}",
    "tunnel-group 203.0.113.5 ipsec-attributes ikev1 pre-shared-key {}",
    "key config-key password-encrypt {}",
    "enable secret {}",
    "enable secret 9 {}",
    "username admin privilege 15 secret 5 {}",
    "username admin password {} encrypted",
    "passwd {} encrypted",
    " password 7 {}",
    "neighbor 203.0.113.5 password {}",
    "ppp chap password 0 {}",
    "ip ospf message-digest-key 1 md5 {}",
    "ntp authentication-key 1 md5 {} 7",
    "tacacs-server host 192.0.2.1 key 7 {}",
    "radius server one\n key {}",
    "aaa-server a (inside) host 192.0.2.1\n radius-common-pw {}",
    " address ipv4 192.0.2.1\n key {}",
    "> address ipv4 192.0.2.1\n> \tkey {}  ",
    " key 7 {}",
    "  key-string 7 {}",
    " standby 1 authentication {}",
    " standby 1 authentication text {}",
    " standby 1 authentication md5 key-string 7 {}",
    " vrrp 3 authentication text {}",
    " vrrp 3 authentication text {} timers 5",
    " glbp 1 authentication {}",
    "hsrp 1\n  authentication text {}",
    "snmp-server community {} RO",
    "snmp-server host 192.0.2.1 version 2c {}",
    "snmp-server user u g v3 auth sha x priv aes 128 {}",
    "        set psksecret {}",
    "        set psksecret ENC {}==",
    "        set psksecret-remote ENC {}",
    "        set ppk-secret ENC {}",
    "        set authpasswd ENC {}",
    "        set passwd {}",
    'set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----\n{}\n-----END ENCRYPTED PRIVATE KEY-----"',
    'config system snmp community\n    edit 1\n        set name "{}"',
    'set security ike policy P pre-shared-key ascii-text "{}"',
    '            pre-shared-key ascii-text "{}"; ## SECRET-DATA',
    "pre-shared-key hexadecimal {};",
    'authentication-key "{}";',
    "set snmp community {} authorization read-only",
    "set system root-authentication plain-text-password-value {}",
    'add peer=far secret="{}"',
    "/snmp community\nset [ find default=yes ] name={}",
    "set vpn ipsec authentication psk FAR secret '{}'",
    "            secret {}",
    "set vpn ipsec site-to-site peer far authentication pre-shared-secret {}",
    "az network vpn-connection shared-key update --value x --shared-key {}",
    "New-AzVirtualNetworkGatewayConnection -Name c -SharedKey '{}'",
]
AROUND = {
    "whole": "{}",
    "of a mail": "> {}",
    "typed": "R1(config)#{}",
    "behind a sign astray": "~{}",
    "behind a zero": "\0 {}",
    "behind other text": "we have this there: {}",
}


def is_masked(text: str) -> bool:
    places, _ = secrets.keys_in(text)
    begin = text.index(KEY)
    return any(one <= begin and begin + len(KEY) <= other for one, other in places)


def written(command: str) -> dict[str, str]:
    """A command with the key in each writing."""
    lines = command.format(KEY).split("\n")
    text, bare = "\n".join(lines), "\n".join((lines[0].lstrip(), *lines[1:]))
    texts = {name: around.format(text if name == "whole" else bare) for name, around in AROUND.items()}
    texts["flush left"] = "\n".join(line.lstrip() for line in lines)
    texts["of a mail"] = "\n".join(AROUND["of a mail"].format(line) for line in lines)
    if bare.startswith("address"):
        del texts["flush left"]  # without its margin, and without a word that tells of a server
    if bare.startswith("secret"):
        del texts["behind other text"]  # a word and a word: a sentence has them too
    return texts


@cases("command", COMMANDS)
def test_a_key_of_a_command_is_masked(command: str) -> None:
    texts = written(command)
    assert [name for name, text in texts.items() if is_masked(text)] == [*texts]


@cases("below", ["{} address 203.0.113.5", "> {} hostname far.example", "  {} address 203.0.113.5 no-xauth"])
def test_the_rest_of_a_key_of_isakmp_on_the_next_line_is_masked(below: str) -> None:
    text = f"crypto isakmp key Sommer\n{below.format('regenbogen')}\n"
    places, texts = secrets.keys_in(text)
    assert [text[begin:end] for begin, end in places] == ["Sommer", "regenbogen"]
    assert {"Sommer", "regenbogen"} <= texts


@cases("command", ["set snmp community {}\n  {} authorization read-only", "snmp-server community {}\n{} RO"])
def test_the_rest_of_a_community_on_the_next_line_is_masked(command: str) -> None:
    text = command.format("Sommer", "regenbogen")
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == ["Sommer", "regenbogen"]


@cases(
    "text",
    [
        "set a password for everybody in the lab",
        "the key 7 days later",
        "password encryption aes",
        "snmp-server enable traps",
        "crypto isakmp policy 10\n encr aes 256\n authentication pre-share\n group 14",
        "crypto key generate rsa",
        "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess",
        "key chain ROUTING\n key 1",
        "what is new:\n  key exchange\n  key lifetime",
        "hold the key\nkey Sommerregenbogen",
        "# Passwort \u00e4ndern",
        "Passwort zur\u00fccksetzen\nPasswort vergessen?\nPassword dimenticata?",
    ],
)
def test_what_only_speaks_of_keys_is_not_masked_everywhere(text: str) -> None:
    assert secrets.keys_in(text)[1] == set()


def test_what_stands_before_a_word_is_asked_only_where_a_key_may_follow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(router_commands, "_names_key", lambda words, at: asked.append(words[at]))
    assert [*in_router_commands(text := "the keyboard of an administrator has a key and a secretary", text)] == []
    assert asked == ["key", "secretary"]


def test_what_says_how_a_key_is_written_is_not_masked_with_it() -> None:
    text = f"pre-shared-key remote 6 {KEY}\ncrypto isakmp key 6 {KEY} address 203.0.113.5\nset psksecret ENC {KEY}"
    text += f"\nstandby 1 authentication md5 key-string {KEY}\nip ospf authentication md5 key-chain RINGS"
    assert secrets.keys_in(text)[1] == {KEY}


@cases(
    ("text", "masked"),
    [
        ('set private-key "-----BEGIN X-----\nabc\n-----END X-----" other', "-----BEGIN X-----\nabc\n-----END X-----"),
        ('set private-key "-----BEGIN X-----\nabc\n', "-----BEGIN X-----\nabc\n"),
        ('set private-key "abc def" other', "abc def"),
        ('set private-key "abc', "abc"),
        ('set private-key "-----BEGIN ' + "x" * 70_000, None),
    ],
)
def test_a_key_in_quotes_ends_where_they_close(text: str, masked: str | None) -> None:
    ((start, end),) = in_router_commands(text, text.lower())
    if masked is None:
        assert 0 < end - start < len(text) - start
    else:
        assert text[start:end] == masked


@cases(
    ("text", "masked"),
    [
        ("crypto isakmp key ab;cdefgh address 203.0.113.5", "ab;cdefgh"),
        ("crypto isakmp key 6 ab{cd}ef & gh address 203.0.113.5 255.255.255.0 no-xauth", "ab{cd}ef & gh"),
        ("crypto isakmp key address of address 203.0.113.5", "address of"),
        ("crypto isakmp key ab no-xauth", "ab"),
        ("set psksecret ENC ab;cd ef", "ab;cd"),
        ('set psksecret "ab;cd";next', "ab;cd"),
        ("key-string ab; address 203.0.113.5", "ab"),
    ],
)
def test_a_key_goes_on_behind_a_sign_and_one_of_isakmp_up_to_its_host(text: str, masked: str) -> None:
    ((start, end),) = in_router_commands(text, text.lower())
    assert text[start:end] == masked


@cases(
    ("text", "hidden"),
    [
        ('crypto isakmp key \n     Sommer"regen address 192.0.2.1\nnext', 'Sommer"regen address 192.0.2.1'),
        ("crypto isakmp key\n\n  Sommer\nnext", "Sommer"),
        ("crypto isakmp key ' 'Sommer/regen address 192.0.2.1\nnext", "Sommer/regen"),
    ],
)
def test_a_key_that_a_broken_line_has_moved_is_hidden(text: str, hidden: str) -> None:
    assert [text[begin:end] for begin, end in in_router_commands(text, text.lower())] == [hidden]


@cases(
    "text",
    ["see crypto isakmp key\nnext", "see crypto isakmp key\n\n\n  next", "key ' '\n"],
)
def test_what_is_below_such_a_command_at_the_margin_is_shown(text: str) -> None:
    assert secrets.keys_in(text) == ([], set())


@cases(
    ("text", "hidden"),
    [
        ("set vpn psk Sommerregen7\n", ["Sommerregen7"]),
        ("set vpn ipsec authentication psk office\n", []),
        ("set vpn ipsec psk office id 192.0.2.1\n", []),
        ("set the psk now\nuse psk here\n", []),
        (
            "cat /etc/racoon/psk.txt\n# keys\n192.0.2.1\tSommer\na@b.c  Haus 9\n* Regen\n2001:db8::1 Eis\n\nexit\n",
            ["Sommer", "Haus 9", "Regen", "Eis"],
        ),
        ("see psk.txt for the keys\nand then go\n192.0.2.1 gate\n", []),
        ("192.0.2.1 gate.example\n192.0.2.2 office\n", []),
    ],
)
def test_keys_without_an_encoding_and_in_a_file_of_racoon(text: str, hidden: list[str]) -> None:
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == hidden
