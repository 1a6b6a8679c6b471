"""The store that a certificate of a text stands in, by the command or the heading above it."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.source import bytes_source


def listed(*names: str) -> str:
    return "".join(
        f"Subject              : CN={name}\nEnhancedKeyUsageList : {{}}\nHasPrivateKey        : True\n\n"
        for name in names
    )


HEADING = "   PSParentPath: Microsoft.PowerShell.Security\\Certificate::{}\\My\n\n"
TABLE = "Thumbprint                                Subject\n----------                                -------\n"
ROW = f"{'A' * 40}  CN={{}}\n\n"


@cases(
    ("text", "of_user"),
    [
        (f"PS C:\\> dir Cert:\\CurrentUser\\My | fl\n\n{listed('a', 'b')}PS C:\\> exit\n", ["a", "b"]),
        (f"PS C:\\> dir Cert:\\LocalMachine\\My | fl\n\n{listed('a', 'b')}PS C:\\> exit\n", []),
        (f"PS C:\\> ls cert:/currentuser/my\n\n{listed('a')}PS C:\\> ls cert:/localmachine\n\n{listed('b')}", ["a"]),
        (listed("a"), []),
        (f"{HEADING.format('CurrentUser')}{TABLE}{ROW.format('a')}", ["a"]),
        (f"{HEADING.format('LocalMachine')}{TABLE}{ROW.format('a')}", []),
        (f"{listed('a')}Then I looked into Cert:\\CurrentUser\\My as well.\n", []),
    ],
)
def test_what_stands_below_the_name_of_a_users_store_is_of_that_user(text: str, of_user: list[str]) -> None:
    source = bytes_source("t.txt", text.encode())
    form = recognise(source)
    assert form is not None
    certificates = form.parse(source).policy.certificates
    assert certificates
    assert [each.name.removeprefix("CN=") for each in certificates if each.of_user] == of_user
