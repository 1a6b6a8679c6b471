"""Credentials of other things than IPsec that stand beside policy are masked, and what looks like them is not."""

from __future__ import annotations

from ipseclint import secrets
from ipseclint.secrets.names import may_have_credentials
from tests.cases import cases

LONG = "next = 1;\n" * 5_000
"""More lines than are searched by expressions alone."""
LINES = "MIIEvQIBADANBgkqh\nkiG9w0BAQEFAASCBK"


def masked(text: str) -> list[str]:
    return [text[begin:end].strip("\n") for begin, end in secrets.keys_in(text)[0]]


@cases(
    ("text", "hidden"),
    [
        (f"-----BEGIN PRIVATE KEY-----\n{LINES}\n-----END PRIVATE KEY-----\nnext", LINES),
        (f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\n\n{LINES}\nnext = 1", f"Proc-Type: 4\n\n{LINES}"),
        (f"next = 1\n{LINES}\n-----END EC PRIVATE KEY-----\n", LINES),
        (f"next\n> {LINES}\n> -----END OPENSSH PRIVATE KEY-----\n", f"> {LINES}"),
        ('{"k": "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n", "next": 1}', "\\nMIIE\\n"),
        ("curl -H 'Authorization: Bearer abc.def-ghi' https://next/", "abc.def-ghi"),
        ("@{ Authorization = 'Basic YWJjOmRlZg==' }; next", "YWJjOmRlZg=="),
        ('{"Authorization":"Bearer abcdefgh","next":1}', "abcdefgh"),
        ("@{ Authorization='Bearer a & b' }; next", "a & b"),
        ("@{ 'Authorization' = \"Bearer it's a word\" }; next", "it's a word"),
        ("curl -H 'Authorization: Bearer ab cd, ef' -u 'next'", "ab cd, ef"),
        ('"{\\"Authorization\\": \\"Bearer ab cd\\", \\"next\\": 1}"', "ab cd"),
        ('header("Authorization", "Basic ab cd"); next()', "ab cd"),
        ("token = 'Bearer abcdef gh'; next = 'i'", "abcdef gh"),
        ("Authorization: Bearer abcdef next", "abcdef"),
        ("@{ 'X-Api-Key' = 'abcdefgh'; Next = 1 }", "abcdefgh"),
        ('{"accessToken": "abcdefgh", "next": 1}', "abcdefgh"),
        ("Invoke-WebRequest https://user:abcdefgh@next/path", "abcdefgh"),
        ("Invoke-WebRequest https://user:abcd'efgh@next/path", "abcd'efgh"),
        ('Invoke-WebRequest https://user:ab"cd"efgh@next/path', 'ab"cd"efgh'),
        ('{"next": "https://host:443", "url": "https://user:\'abcdefgh\'@next"}', "'abcdefgh'"),
        ("https://next/api?type=op&key=abcdefgh&cmd=next", "abcdefgh"),
        ("https://next/blob?sp=r&sig=abc%2Bdef", "abc%2Bdef"),
        ("set VAULT_TOKEN=abcdefgh", "abcdefgh"),
        ("X-Auth-Token: abcdefgh", "abcdefgh"),
        ("refreshToken = 'abcdefgh'; next", "abcdefgh"),
        ('{"pass":"abcdefgh"}', "abcdefgh"),
        ("pw: abcdefgh", "abcdefgh"),
        ("PIN=abcdefgh next=1", "abcdefgh"),
        ("NT hash: 8846f7eaee8fb117", "8846f7eaee8fb117"),
        ("EAP-hash=8846f7eaee8fb117", "8846f7eaee8fb117"),
        ("Kennwort: abcdefgh", "abcdefgh"),
        ("Das Kennwort lautet Abc7efgh.", "Abc7efgh"),
        ("Der vorinstallierte Schl\u00fcssel ist \"ab cd\"", "ab cd"),
        ("Vorinstallierter Schl\u00fcssel: ab cd", "ab cd"),
        ("the key is Abc7efgh, as next", "Abc7efgh"),
        ("GroupPwd=abcdefgh", "abcdefgh"),
        ("ms-Mcs-AdmPwd: abcdefgh", "abcdefgh"),
        ("<keyMaterial>abcdefgh</keyMaterial>", "abcdefgh"),
        ('<Pass encoding="base64">abcdefgh</Pass>', "abcdefgh"),
        ("<auth-user-pass>abcdefgh</auth-user-pass>", "abcdefgh"),
        ("    Key Content            : abcdefgh", "abcdefgh"),
        ("    Schl\u00fcsselinhalt        : abcdefgh", "abcdefgh"),
        ("PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=", "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="),
        ("SharedAccessKeyName=R;SharedAccessKey=abcdefgh", "abcdefgh"),
        ("SharedAccessSignature sr=x&sig=abc%2Bdef", "abc%2Bdef"),
        ("ENCRYPTION_KEY=abcdefgh", "abcdefgh"),
        ("Recovery Key: abcdefgh", "abcdefgh"),
        ("PrivateExponent: 0x2932af7a", "0x2932af7a"),
        ("Mot de passe : abcdefgh", "abcdefgh"),
        ("Contrase\u00f1a: abcdefgh", "abcdefgh"),
        ("Clave precompartida: abcdefgh", "abcdefgh"),
        ("Chiave precondivisa: abcdefgh", "abcdefgh"),
        ("Chave pr\u00e9-compartilhada: abcdefgh", "abcdefgh"),
        ("Vooraf gedeelde sleutel: abcdefgh", "abcdefgh"),
        ("Cl\u00e9 partag\u00e9e : abcdefgh", "abcdefgh"),
        ("Gemeinsamer Schl\u00fcssel: abcdefgh", "abcdefgh"),
        ("\u041f\u0430\u0440\u043e\u043b\u044c: abcdefgh", "abcdefgh"),
        ("VPN\u5bc6\u7801\uff1aabcdefgh", "abcdefgh"),
        ("\u9884\u5171\u4eab\u5bc6\u94a5: abcdefgh", "abcdefgh"),
        ("\u4e8b\u524d\u5171\u6709\u30ad\u30fc: abcdefgh", "abcdefgh"),
        ('192.0.2.1 %any : XAUTH "abcdefgh"', "abcdefgh"),
        (': RSA next.pem "abcdefgh"', "abcdefgh"),
        (": P12 next.p12 abcdefgh", "abcdefgh"),
        ("the PSK was set to Abc7efgh, as next", "Abc7efgh"),
        ("user@next : PSK abcdefgh", "abcdefgh"),
        ("next l2tpd abcdefgh *", "abcdefgh"),
        ('"next" * "abcdefgh" 192.0.2.1', "abcdefgh"),
        ("credentials: next:abcdefgh", "abcdefgh"),
        ('"Credential": "CORP\\\\next / abcdefgh"', "abcdefgh"),
        ("creds: next / abcdefgh", "abcdefgh"),
        ("login: next/abc7defgh", "abc7defgh"),
        ("user next pass abc7defgh", "abc7defgh"),
        ("username next, password abc7defgh", "abc7defgh"),
        ("Tunnel key: abc7defgh", "abc7defgh"),
        ("https://next:ab@c7defgh@next/path", "ab@c7defgh"),
        ("kubectl create secret generic next --from-literal=next=abcdefgh", "abcdefgh"),
        ("SNMP community: abcdefgh", "abcdefgh"),
        ("snmp_ro_community_string = abcdefgh", "abcdefgh"),
        ("the RO community is abcdefgh, next", "abcdefgh"),
        ("reg add HKLM\\SNMP\\ValidCommunities /v abcdefgh /t REG_DWORD", "abcdefgh"),
        ('[HKLM\\SNMP\\ValidCommunities]\n"abcdefgh"=dword:00000004\n\n[next]\n"x"=""', "abcdefgh"),
        ("{&quot;pin&quot;: &quot;abcdefgh&quot;}", "abcdefgh"),
        (r'{"a": "{\"pin\": \"abcdefgh\"}"}', "abcdefgh"),
    ],
)  # fmt: skip
def test_a_credential_is_masked_and_what_is_around_it_is_not(text: str, hidden: str) -> None:
    assert masked(text) == [hidden]
    assert masked(f"{LONG}{text}") == [hidden]


@cases(
    "text",
    [
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIE\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
        "the private key of the certificate is not exported",
        "authorization of remote users: none",
        "the bearer of this",
        "'Authorization: ' + 'Bearer ' + next",
        "'next' is the bearer of 'this'",
        "http://192.0.2.1:8080/a@b",
        "https://next/?view=windows&keys=2",
        "api key and token",
        "PublicKeyToken=31bf3856ad364e35",
        "mapping: abcdefgh; compass=abcdefgh; bypass: abcdefgh",
        "the key is 2048 bits long, the token is valid, the key was exported",
        "hash: abcdefgh; pass: $password; pin = %1",
        "the tokens are here, the pass is over",
        "PASS the tests",
        "$pass = @(Get-Test)",
        "id-token: write",
        "the **key is used** here",
        "mmauth: authorization=required",
        "PreviewUserPw=1",
        "--pass <pass> --next",
        "Authentication method : PSK only",
        "Method : EAP MSCHAPv2",
        "private key: exportable",
        "key content of this",
        "0 5 * * *",
        "credentials: none\ncredentials: https://next:443/a\ncredential: NTLM",
        "BGP community: 65000:100\nthe community is friendly\nset community 65000:1",
        "senhas e chaves",
        "select a from * b *",
        ": RSA next.pem",
        ": RSA next.pem %prompt",
        "the PSK was set to 192.0.2.1 as next",
        "ppp is a protocol *",
        "\u5bc6\u7801",
        "login: next\nLogin: 10:12:03\nlast login: 2026/03/04",
        "Site key: KB5001234\nTunnel key: 0x12AB34CD",
    ],
)
def test_what_only_looks_like_a_credential_is_not_masked(text: str) -> None:
    assert masked(text) == []


@cases(
    ("text", "may_have"),
    [
        ("ApplyAuthorization:                   No\n\nRule Name:                            Rule 1\n", False),
        ("Authorization: Negotiate\nnext = 1", False),
        ("-H 'Authorization:      Basic YWJj'", True),
        ('{\\"Authorization\\":\t\\"Digest YWJj', True),
        ("&quot;Authorization&quot;: &quot;Basic YWJj", True),
        ("<key>Authorization</key>\n<string>Token YWJj", True),
    ],
)
def test_a_label_of_windows_is_no_sign_of_a_header(text: str, may_have: bool) -> None:
    assert may_have_credentials(text.encode()) is may_have


@cases(
    ("text", "hidden"),
    [
        ("Credential:\n  alice\n  Hunter2dogs\n", ["Hunter2dogs"]),
        ("Credentials:\n- user: alice\n- Hunter2dogs\nnext\n", ["Hunter2dogs"]),
        ("Authenticator: Hunter2dogs\n", ["Hunter2dogs"]),
        ("> Authenticators:\n> PSK\n> Hunter2dogs\n", ["Hunter2dogs"]),
        ("Credential: alice Hunter2dogs\n", ["Hunter2dogs"]),
        ("alice l2tpd Hunt\ner2dogs *\n", ["Hunt", "er2dogs"]),
        ('+ alice\tl2tpd\t"Hunt\n+ er2dogs"\t192.0.2.1\n', ["Hunt", "er2dogs"]),
        (f"-----BEGIN PRIVATE\nKEY-----\n{LINES}\n-----END PRIVATE KEY-----\nnext", [LINES]),
    ],
)
def test_what_is_listed_or_broken_is_masked(text: str, hidden: list[str]) -> None:
    assert masked(text) == hidden


@cases(
    "text",
    [
        "Credential: corp\\alice2\n",
        "Credentials:\n- Kerberos\n- MS-CHAPv2\n- alice2@example.org\n",
        "Authenticator: 0a1b2c3d4e5f60718293a4b5c6d7e8f9\n",
        "Credential: {60b78e88-ead8-445c-9cfd-0b87f74ea6cd}\n",
        '-Credential: $($user2.Name)"\n',
        "the l2tpd daemon of\nversion 1.2 *\n",
    ],
)
def test_what_is_listed_there_and_is_none_is_shown(text: str) -> None:
    assert masked(text) == []
