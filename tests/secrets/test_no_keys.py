"""What has the name of a key beside it and is none is shown: names, labels, types and paths."""

from __future__ import annotations

from ipseclint import secrets
from tests.cases import cases


@cases(
    "text",
    [
        "execute 'weak L2TP' do\n  key 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan'\n",
        "execute 'weak L2TP' do\n  key HKEY_LOCAL_MACHINE\\SYSTEM\n",
        "  local pre-shared key authentication:\n    id: a\n",
        '"firewallPreSharedKeyEncodingMethod": "utF8"\n',
        "<presharedKeyAuthentication>\n</presharedKeyAuthentication>\n",
        '"sharedKey": {"type": "securestring"}\n',
        "secrets {\n}\n  secrets {\n",
        "# AU028 preshared-keys-differ\n[x](AU028-preshared-keys-differ.md)\n",
        "| id | name | x |\n|---|---|---|\n| AU001 | preshared-key | y |\n| AU002 | psk-with-ntlm | z |\n",
    ],
)
def test_what_is_no_key_is_masked_nowhere(text: str) -> None:
    assert secrets.keys_in(text) == ([], set())


@cases(
    ("text", "hidden"),
    [
        ("radius-server x\n  key 'Sommer'\n", "'Sommer'"),
        ("pre-shared key authentication7\n", "authentication7"),
        ('"sharedKey": {"type": "securestring", "value": "Sommer"}\n', ' "value": "Sommer"'),
        ("<presharedKeyAuthentication>Sommer</presharedKeyAuthentication>\n", "Sommer"),
        ("  secret {Sommer\n", "{Sommer"),
        ("| id | psk |\n|---|---|\n| a | Sommer1 |\n", " Sommer1 "),
    ],
)
def test_what_is_nearly_that_is_a_key(text: str, hidden: str) -> None:
    assert hidden in [text[begin:end] for begin, end in secrets.keys_in(text)[0]]


def test_a_name_of_keys_is_masked_nowhere_else() -> None:
    text = '"sharedKey": "[parameters(\'sharedKey\')]"\n'
    assert "sharedKey" not in secrets.keys_in(text)[1]
