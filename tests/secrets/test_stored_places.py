"""Where keys are found in each text of the other tests, as it is and with one sign or line end left out, and what is
masked everywhere for it: to the character.

What must be found is said by those tests; this one sees what more or less is masked. After a change that is meant,
`python -m tests.secrets.test_stored_places` stores it anew: read the difference.
"""

from __future__ import annotations

import random
import re
from base64 import b64encode
from collections.abc import Iterator

from ipseclint import secrets
from ipseclint.secrets.names import names_in
from tests import ROOT
from tests.attack.keys import DOCUMENTS
from tests.cases import cases
from tests.formats.registry.ip_security_writers import nfa_data
from tests.secrets.test_keys_in import BESIDE, KEY
from tests.secrets.test_lost_signs import _DAMAGED, _PLAIN

EXPECTED = ROOT / "tests" / "data" / "keys"
DAMAGES = 4
"""So many of each text."""
MAX_CHARACTERS = 1_500
"""Of a longer text so much is stored around each place."""

SIGN = re.compile(r"[=<>{}()\[\]\",;:'&|/\n-]")

BETWEEN = ["=", " =", "\t=", "  =", "   =", '"=', "' = ", ":", " "]
NFA = nfa_data([(1, "Sommer regen"), (5, ""), (1, "Kan4rie7Q9zX")])
NFA_THAT_LIES = NFA.hex().replace("1a000000", "7a000000", 1)
NFA_BASE64 = b64encode(NFA).decode()
NFA_LIST = ",".join(f"{byte:02x}" for byte in NFA)
REACHES = {
    "a list": "psk=[a[b]c]d name=r",
    "a hash table": "@{ PreSharedKey = @{ a = 'Sommerregenbogen' }; Name = 'n' }",
    "an expression": "-PreSharedKey (Get-Key ('a' + 'b')) -Machine",
    "a list of PowerShell": "-PreSharedKey @('Sommerregenbogen') -Machine",
    "a list without an end": "psk=(Sommerregenbogen",
    "a here-string": 'PreSharedKey = @"\nSommerregenbogen\n"@\nName = 1',
    "a here-string without an end": "PreSharedKey = @'\nSommerregenbogen\n",
    "a member with a quote": r'{"PreSharedKey": "Sommer\"regen\\bogen", "n": 1}',
    "a member in single quotes": r"{'PreSharedKey': 'Sommer\'regen\"bogen', 'n': 1}",
    "a member over lines": '{"PreSharedKey":\n    "Sommer\nregen", "n": 1}',
    "a label in quotes": 'PreSharedKey: "Sommer\\" regen\nName: n',
    "a label in single quotes": "PreSharedKey: 'Sommer\" regen'\nName: n",
    "a label in other quotes": "PreSharedKey: „Sommer regen\nName: n",
    "a word that cmd.exe continues": "psk=Sommer^\nregen^\nbogen name=r",
    "a word that PowerShell continues": "psk=Sommer`\nregen`\nbogen name=r",
    "a text that is continued": 'psk="Sommer"^\nregen name=r',
    "a word with another mark at its end": "psk=Sommer\\\nregen name=r",
    "a number": '{"PreSharedKey": 123456789, "n": 1}',
    "a label that is wrapped": "PreSharedKey : Sommer\n               regenbogen\nName         : n\n",
    "a label that ends": "PreSharedKey : Sommer\n               Name : regenbogen\n",
    "a text of YAML": "psk: |-\n  Sommer regen\nnext: 1\n",
    "hexadecimal digits": '"SHKey"=hex(1):53,00,6f,00,6d,00,6d,00,\\\n  65,00,72,00,00,00\n"Name"="n"\n',
    "digits of a routers' key": "pre-shared-key hexadecimal 536f6d6d6572\n",
    "digits with a mark": "left : PSK 0x536f6d6d6572\nright : PSK 0sU29tbWVy\n",
    "secrets of a peer": '203.0.113.7 : PSK "Sommer regen"\n',
    "a word behind a peer's name": "peer : PSK Sommer\n",
    "words behind a key": "netsh x psk=Sommer regen bogen name=r",
    "an escaped text with quotes": r'run("netsh x psk=\"Sommer\" \"regen\" name=\"r\"", psk=\"bogen\"x\" y=\"z\")',
    "an escaped text behind a backslash": r'run("netsh x psk=\"Sommer\\\" regen\" name=r")',
    "an entity of a quote with others in it": "<a>psk=&quot;Sommer&quot; &quot;regen&quot; name=&quot;r&quot;</a>",
    "an escaped text without an end": r'run("netsh x psk=\"Sommer regen',
    "a here-document behind a path": "cat > /etc/strongswan/psk <<EOF\n# for Hamburg\nEOF\necho done > /run/x\n",
    "a file behind a path": "sudo tee /etc/strongswan/psk < Sommer\n<b>regen</b>\n",
    "words and a line that goes on at the end": "netsh x psk=Sommer regen ^\n",
    "a quote and a line that goes on at the end": "-PreSharedKey Sommer\"regen `\n",
    "a sign behind a key": "netsh x psk=Sommer& echo x",
    "pieces of a key": "netsh x psk=Sommer&regen|bogen name=r",
    "quoted pieces": "netsh x psk='Sommer'\"regen\" name=r",
    "an empty key": 'netsh x psk="" name=r',
    "a quote alone": 'netsh x psk="\n',
    "a line that goes on": "netsh x psk=Sommer^\nregen^\nbogen name=r",
    "a column": "SHKey    REG_SZ    Sommer regen\nName    REG_SZ    n\n",
    "a column of another name": "L2tpPsk    REG_SZ    Sommer regen\n",
    "an argument": "reg add HKLM\\x /v SHKey /t REG_SZ /d Sommer /f",
    "a value of a registry drive": "Set-ItemProperty HKLM:\\x -Name SHKey -Value 'Sommerregen'",
    "values of LGPO": "Computer\nx\\y\nSHKey\nSZ:Sommer regen\n\nComputer\n",
    "an attribute": "<Item PreSharedKey=\"Sommer regen\" Name='n'/>",
    "an attribute without an end": '<Item PreSharedKey="Sommer regen',
    "elements within": "<PreSharedKey><a>Sommer</a><!-- x --><b/>regen<?x?></PreSharedKey><c>n</c>",
    "an element with a name": "<w:PreSharedKey w:x='1' y='Sommerregen'>Sommer</w:PreSharedKey><c>n</c>",
    "an empty element": "<PreSharedKey/>Sommer<c>n</c>",
    "an element as entities": "&lt;PreSharedKey&gt;Sommer&amp;regen&lt;/PreSharedKey&gt;&lt;c&gt;n",
    "a tag without an end": "<PreSharedKey Sommerregen<c>n</c>",
    "a text behind a tag that ends": "<c>PreSharedKey Kan4rie7Q9zX</c>",
    "a name far behind a tag": f"<c{' ' * 399}PreSharedKey='Sommer'>regen</c>",
    "a name not so far behind a tag": f"<c{' ' * 398}PreSharedKey='Sommer'>regen</c>",
    "a tag before an empty line": "<c\n\nPreSharedKey=Sommer>regen</c>",
    "a file that is read": "set /p psk=<psk.txt\n",
    "names that are kinds": "pskEncoding=x PSKOnly=y psk_file=Sommer psk.old=regen",
    "names in quotes": "$env:psk='Sommer' ; $x['psk'] = \"regen\" ; psk => 'bogen'",
    "names with signs in them": "netsh x p^s^k=Sommer p`sk=regen \"p\"sk=bogen",
    "names of all kinds": "l2tp key=Sommer1\nvpn_key=Sommer2\nipsec-key=Sommer3\npassphrase=Sommer4\n"
    "shared-secret=Sommer5\n"
    "preshared=Sommer6\npassword=Sommer7\nps=Sommer8\nsk =Sommer9\nauth1ps=Sommer0\nauth1p=Sommer\nps\t=Sommera\n"
    "sk  =Sommerb\nmonkey=x\nl2tp  key=y\nkey=z\n",
    "letters that are two in lower case": "İİ PSK=Sommer NAME=r",
    "a text and its end": "psk",
    "columns": "Name;PSK;x;Secret\na;Sommer;b;regen\nc;;d;bogen\n\ne;f;g;h\n",
    "columns between tabs": "Name\tPSK\tx\na\tSommer\tb\n",
    "columns with quotes": 'Name,PSK\n"a,b","Sommer ""regen"""\n"c","bo\ngen"\n',
    "columns with a row torn": "Name,PSK,x\na,Sommer,b\nKan4rie7Q9zX\n",
    "a table without rows": "Name,PSK\n",
    "a head behind a table": "Name,PSK\na,Sommer\nName,PSK\nb,regen\n",
    "torn columns": 'Display Name|PSK|x\na|Sommer|b\nc|Kan4rie7Q9zX\nd|regen|e\nno more\nf|g|h',
    "bare columns, ruled again": "Name Secret\n---- ------\na    Sommer\n\nb    Regen\n  --\n     Winter",
    "bare columns": "Name Secret PSK\n---- ------ ---\na Sommer regen\nb c\nd e f",
    "methods": "auth1=computerpsk,Sommer,usercert auth2='Sommer,anonymous' auth1 = %x% x=y",
    "variables": "set a=Sommer & set b=regen\nset /a c=1\nsetx d bogen\npsk=%a% psk=!b! psk=%d%",
    "variables of PowerShell": '$a = "Sommer";\n$env:b = \'regen\'\n${c} = 1\n-PreSharedKey $a -SharedSecret $env:b',
    "a loop": "for %%i in (Sommer regen) do netsh x psk=%%i\nfor /f %%j in (x) do netsh x psk=%%k\n",
    "loops whose letters come before": "for %%j in (Sommer) do echo %%j\n"
    "for /f \"tokens=1,2\" %%i in (regen) do netsh x psk=%%I\n",
    "texts piped into a block": "'Sommer', \"regen\" | ForEach { netsh x psk=$_ }; 'no' | more | % { $psitem }\n",
    "texts that a key is compared with": "if ($k -eq 'Sommer') { -PreSharedKey $k }\nif (\"regen\" -cne $k) {}\n"
    "if \"%k%\"==\"bogen\" echo ok\nif !K! equ Sommer1 echo ok\nif %other%==no echo ok\n",
    "lists that a key is taken from": "foreach ($k in 'Sommer', \"regen\") { -PreSharedKey $k }\n"
    "New-Variable -Name k -Value 'bogen'\n[Environment]::SetEnvironmentVariable('k', 'Sommer1')\n",
    "a pipe": "echo Sommer|more\necho regen|clip psk=%K%\nset /p K=ask: | x %K%",
    "files between": "echo Sommer>a.txt\necho regen>b.txt\n>>c.txt echo bogen\nset /p K=<a.txt\nset /p L=<c.txt\n"
    "psk=%K% psk=%L%",
    "an encoded command": "powershell -enc cABzAGsAPQBTAG8AbQBtAGUAcgA= psk=x",
    "spellings": "psk=&quot;Som&amp;mer&quot; -PreSharedKey 'Som\\u006der' psk=Som`mer^\nregen "
    'SHKey="a\\\\b\\"cdef"',
    "pieces of an expression": "-PreSharedKey ('Sommer' + \"regen\" + $x) -Machine",
    "digits of a key": "SHKey=536f6d6d65720000 SHKey=36f6d6d65722 SHKey=53,6f,6d,6d,65,72,65,6e",
    "ordinary words": "psk=Windows psk=server psk=abcde psk=abcdef",
    "a locator": "<LocURI>./a/L2tpPsk</LocURI><Meta>x</Meta><Data>Sommer</Data><Item><Data>n</Data>",
    "a locator and many tags": f"<LocURI>./a/L2tpPsk</LocURI>{'<a>' * 11}Sommer</Data>",
    "a locator and too many tags": f"<LocURI>./a/L2tpPsk</LocURI>{'<a>' * 12}Sommer</Data>",
    "an end tag alone": "<a>x</a>Sommer\n</presharedKey>",
    "values before an end tag": "<value>Sommer</value><data> </data>\n</presharedKey>",
    "values before an end tag, the first unknown": "<data>Sommer</data><other>n</other></presharedKey>",
    "an empty line before an end tag": "Sommer\n\nregen</presharedKey>",
    "a text far before an end tag": "Sommer" * 200 + "</presharedKey>",
    "a text not so far before an end tag": "Sommer " * 140 + "</presharedKey>",
    "an element as entities with an attribute": "&lt;PreSharedKey y='Sommer'&gt; z='regen' &lt;/PreSharedKey&gt;",
    "an attribute behind an element as entities": "&lt;PreSharedKey&gt; z='regen'",
    "a value beside a name that looks like a key": '{"name": "PreSharedKey", "Kan4rie7Q9zX": "Sommer regen"}',
    "a key of many signs": "psk='a<b>c<d>efghijk' psk='ab<cdefghi' psk='abcdef]}' psk='&amp;abcdef'",
    "torn columns whose first holds keys": "PSK|Display Name\nSommer|a\nregen|b\n|c\n",
    "a line end before a name": "\npsk=Sommer\npsk=regen\n",
    "a line end within a member": '{"psk": "abcd^\nefgh]"}',
    "bytes of a policy with a length that lies": f"ipsecData REG_BINARY {NFA_THAT_LIES}",
    "bytes of a policy": f'"ipsecData"=hex:{NFA_LIST}\n"ipsecName"="n"\n',
    "bytes of a policy on two lines": f'"ipsecData"=hex(3):{NFA_LIST[:300]}\\\n  {NFA_LIST[300:]}\n"ipsecName"="n"\n',
    "digits of a policy": f"    ipsecData    REG_BINARY    {NFA.hex()}\n    ipsecName    REG_SZ    n\n",
    "digits of a policy that are cut": f"    ipsecData    REG_BINARY    {NFA.hex()[:-21]}\n",
    "base64 of a policy": f"ipsecData:: {NFA_BASE64}\nipsecName: n\n",
    "base64 of a policy on two lines": f"ipsecData:: {NFA_BASE64[:70]}\n {NFA_BASE64[70:]}\nipsecName: n\n",
    "base64 of a policy that is cut": f"ipsecData:: {NFA_BASE64[:-3]}\nipsecName: n\n",
    "remarks": "<!-- Sommer --><a psk='regen'/><!-- bogen -->",
    "a remark beside no key": "<!-- Sommer --><a/>",
}  # fmt: skip
"""Texts that say how far each form reaches, and where it ends."""

TAILS = ["key", "keys", "value", "data", "text", "string", "secret", "secrets", "s", "id", "_key", "-key", "encoding"]
TAILS += ["encrypted", "only", "_any", "-any", ".any", "any"]
OWNERS = ["l2tp", "vpn", "ipsec", "other"]
PARTS = ["", "-", "_", " ", "  "]
PARTED = ["p{}sk", "ps{}k", "pre{}shared{}key", "pre{}shared", "pre{}share{}secret", "shared{}key", "shared{}secret"]
PARTED += ["shk", "shkey", "secret", "password", "passphrase", "passwords", "ps", "sk", "auth1p", "auth1ps", "auth2ps"]
LOCATORS = ["LocURI", "OmaUri", "key", "name", "Meta"]
ELEMENTS = ["data", "asString", "value", "string", "text", "other", "w:data"]
SIGNS_WITHIN = ["^", "`", '"', "'", "\0"]
NAMES = {
    **{f"psk{tail}": f"psk{tail}=Sommer" for tail in TAILS},
    **{f"psk{tail} without a sign": f"psk{tail} Kan4rie7Q9zX" for tail in TAILS},
    **{f"{owner}{part}key": f"{owner}{part}key=Sommer" for owner in OWNERS for part in PARTS},
    **{f"{name} {part!r}": f"{name.format(part, part)}=Sommer" for name in PARTED for part in (*PARTS, *SIGNS_WITHIN)},
    **{f"{name} and {between!r}": f"{name}{between}Sommer" for name in ("ps", "auth1ps") for between in BETWEEN},
    **{f"up to {name}": f"<LocURI>./a/L2tpPsk</LocURI><{name}>Sommer</{name}>regen" for name in LOCATORS},
    **{f"element {name}": f"<{name}>Sommer</{name}></presharedKey>" for name in ELEMENTS},
}
"""Each name and what may follow it."""

TABLES: dict[str, dict[str, str]] = {
    "reaches": REACHES,
    "names": NAMES,
    "beside": {name: template.format(KEY) for name, (template, _) in BESIDE.items()},
    "lost": _DAMAGED,
    "plain": _PLAIN,
    "documents": DOCUMENTS,
}


def told(text: str) -> Iterator[str]:
    """What is found in a text: its lines with a key in them, each key in brackets, and what is masked everywhere."""
    places, texts = secrets.keys_in(text)
    marked, at = "", 0
    for begin, end in places:
        marked += f"{text[at:begin][-MAX_CHARACTERS:]}⟦{text[begin:end]}⟧"
        at = end
    yield f"{marked}{text[at:][:MAX_CHARACTERS]}" if places else "no key"
    yield f"everywhere: {sorted(texts)}"
    yield f"spans: {[(span.line, span.column, span.length) for span in secrets.key_spans(text, 'x')]}"
    yield f"names: {[name[0] for name in names_in(text.lower())]}"


def damaged(text: str) -> Iterator[str]:
    """A text with one sign left out: always the same ones."""
    signs = list(SIGN.finditer(text))
    for sign in random.Random(text).sample(signs, min(DAMAGES, len(signs))):
        yield text[: sign.start()] + text[sign.end() :]


def lines_of(table: dict[str, str]) -> list[str]:
    """What is found in each text of a table and in its damages; of names each alone."""
    lines = []
    for name, text in table.items():
        lines += [f"# {name}", *told(text)]
        for number, spoilt in enumerate(damaged(text) if table is not NAMES else ()):
            lines += [f"## damage {number}", *list(told(spoilt))[:2]]
    return [line.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0") for line in lines]


@cases("name", TABLES)
def test_keys_are_found_as_stored(name: str) -> None:
    assert lines_of(TABLES[name]) == (EXPECTED / f"{name}.txt").read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.mkdir(exist_ok=True)
    for name, table in TABLES.items():
        (EXPECTED / f"{name}.txt").write_text("\n".join([*lines_of(table), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
