"""Keys whose own signs end the word or the quotation that they stand in: what follows is shown nowhere either."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from ipseclint import secrets
from tests.cases import cases

pytestmark = pytest.mark.drawn(6)

PIECES = ("Kuckucksuhr", "Zwetschgen", "murmeltier")
SHOWN = re.compile("|".join({piece[at : at + 5].lower() for piece in PIECES for at in range(len(piece) - 4)}))
SIGNS = (
    *('"', "'", "<", "&", "|", ";", ",", "`", "^", "%", "#", ")", "\\", "$", "“", "’", "\u00a0", "ключ"),
    *(
        '" "',
        "' '",
        '" + "',
        '" & "',
        '"<',
        '");',
        "');",
        "&amp;",
        "&#34;",
        "]]>",
        " | ",
        "< ",
        "> ",
        "; ",
        ", ",
        " = ",
    ),
)
QUOTES: dict[str, Callable[[str], str]] = {
    "bare": lambda key: key,
    "quoted": lambda key: f'"{key}"',
    "apostrophes": lambda key: f"'{key}'",
    "doubled": lambda key: '"' + key.replace('"', '""') + '"',
    "escaped": lambda key: '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"',
}
CONSEC = "netsh advfirewall consec add rule name=r endpoint1=any endpoint2=any action=requireinrequireout "
PROPOSAL = "New-NetIPsecAuthProposal -Machine -PreSharedKey "
CARRIERS = {
    "consec.cmd": CONSEC + "auth1=computerpsk auth1psk={} auth2=usercert\n",
    "method.cmd": CONSEC + "auth1=computerpsk,{}\n",
    "loop.cmd": "for %%k in ({}) do " + CONSEC + "auth1=computerpsk auth1psk=%%k\n",
    "static.cmd": "netsh ipsec static add policy name=p\nnetsh ipsec static add rule name=r policy=p psk={}\n",
    "dynamic.cmd": "netsh ipsec dynamic add rule srcaddr=me dstaddr=any mmpolicy=m qmpolicy=q psk={}\n",
    "ipseccmd.cmd": "ipseccmd -f 0+* -a PRESHARE:{} -w REG -p p -r r -n ESP[3DES,SHA]\n",
    "proposal.ps1": f"$p = {PROPOSAL}{{}} -Bogus 1\nNew-NetIPsecPhase1AuthSet -DisplayName s -Proposal $p\n",
    "splat.ps1": "$a = @{{\n  Machine = $true\n  PreSharedKey = {}\n}}\nNew-NetIPsecAuthProposal @a\n",
    "vpn.ps1": "Set-VpnConnection -Name v -L2tpPsk {}\nNew-NetIPsecRule -DisplayName r -InboundSecurity X\n",
    "secure.ps1": "$x = ConvertTo-SecureString {} -AsPlainText -Force\nNew-NetIPsecRule -DisplayName r -Mode X\n",
    "set.reg": "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft"
    '\\WindowsFirewall\\Phase1AuthenticationSets\\{{1}}\\0000]\n"SHKey"={}\n"Method"=x\n',
    "node.txt": "- **OMA-URI:** ./Vendor/MSFT/VPNv2/v/NativeProfile/L2tpPsk\n- **Value:** {}\n",
    "run.cs": 'Process.Start("netsh", "ipsec static add rule name=r policy=p psk=\\"{}\\"");\n',
    "sets.csv": '"InstanceID","CreationClassName","PreSharedKey","x"\n"a","MSFT_NetIKEP1AuthSet",{},\n',
    "task.xml": "<Task><Actions><Exec><Command>netsh</Command><Arguments>ipsec static add rule name=r policy=p"
    " psk={}</Arguments></Exec></Actions></Task>\n",
}


def documents(name: str) -> Iterator[tuple[str, str, str]]:
    """A carrier's documents, one a sign, with the sign and the quotation of the key in each."""
    quotations = cycle(QUOTES)
    for sign in SIGNS:
        quoted = next(quotations)
        yield sign, quoted, CARRIERS[name].format(QUOTES[quoted](sign.join(PIECES)))


@pytest.mark.parametrize("name", CARRIERS)
def test_no_piece_of_a_broken_key_is_shown(
    name: str, tmp_path: Path, cli: Callable[..., Any], draw: Callable[..., list[Any]]
) -> None:
    path, shown = tmp_path / name, []
    for sign, quoted, text in draw(list(documents(name)), list(CARRIERS).index(name), 4):
        path.write_text(text, encoding="utf-8")
        for command, *options in (("check", "-v"), ("inspect",)):
            ran = cli(command, path, *options)
            if ran.code == 70 or SHOWN.search((ran.out + ran.err).lower()):
                shown.append((sign, quoted, command, ran.code))
    assert shown == []


BEHIND = (
    "netsh x psk=Kuckuck name=next",
    "netsh x psk=Kuckuck & echo next",
    "netsh x psk=Kuckuck && copy next",
    "netsh x psk=Kuckuck > C:\\next",
    "netsh x psk=Kuckuck 2>&1 | find next",
    "if x (netsh x psk=Kuckuck) else (next)",
    "netsh x psk='Kuckuck' and then next",
    "netsh x psk='Kuckuck' ^\n action=next",
    "-PreSharedKey Kuckuck -Next",
    "-PreSharedKey Kuckuck # next",
    "-PreSharedKey 'Kuckuck'; Get-Next",
    "-PreSharedKey 'Kuckuck' | Out-Next",
    "-PreSharedKey Kuckuck; $next = 1",
    "@{ PreSharedKey = 'Kuckuck'; Next = 1 }",
    "connect(psk='Kuckuck', next='a')",
    "psk='Kuckuck').next",
    "ConvertTo-SecureString 'Kuckuck' -Next",
    "cmdkey /pass:Kuckuck /next",
    "netsh -p Kuckuck next",
    "netsh -p 'Kuckuck' next name='a'",
    "ipseccmd -a PRESHARE:'Kuckuck' -next",
    '{"psk": "Kuckuck", "x": "next"}',
    '{"psk": "Kuckuck" "next": "x"}',
    'psk: "Kuckuck" for "next"',
    "<a>psk=&quot;Kuckuck&quot; next=&quot;x&quot;</a>",
    r'run("psk=\"Kuckuck\" name=\"next\"")',
    "OMA-URI: ./Lab/L2tpPsk\nValue: Kuckuck\nNext: x",
)
"""What certainly is not of the key before it."""


@pytest.mark.parametrize("text", BEHIND)
def test_what_is_certainly_behind_a_key_stays(text: str) -> None:
    places, texts = secrets.keys_in(f"{text}\n")
    assert any(begin <= text.index("Kuckuck") < end for begin, end in places)
    assert not any(begin <= text.lower().index("next") < end for begin, end in places)
    assert not any("next" in masked.lower() for masked in texts)


BROKEN = (
    'netsh x psk="Kuckuck\nsuhr end" name=next',
    "netsh x psk='Kuckuck\nsuhr'",
    '> netsh x psk="Kuckuck\n> suhr" name="next"',
    'Pre-shared key: "Kuckuck\nsuhr"\nnext',
    "-PreSharedKey 'Kuckuck\n und kein\nsuhr'\nnext",
    'add secret="Kuckuck\nsuhr" comment="next"',
)
"""Keys whose line a mail or a console has broken."""


@cases("text", BROKEN)
def test_what_is_below_a_key_whose_line_is_broken_is_of_the_key(text: str) -> None:
    places, texts = secrets.keys_in(text)
    for piece in ("Kuckuck", "suhr"):
        assert any(begin <= text.index(piece) < end for begin, end in places), piece
    assert not any("next" in masked for masked in texts)


@cases(
    "text",
    [
        'netsh x psk="Kuckuck\nnetsh next name="a',
        'netsh x psk="Kuckuck\nnext name="a" z="c"',
        'netsh x psk="Kuckuck\nnext is\n',
        'netsh x psk="Kuckuck"\nnext "a" "',
        "psk: 'Kuckuck\n\nnext'",
    ],
)
def test_a_line_below_an_open_quote_is_not_of_the_key_unless_it_closes_it(text: str) -> None:
    places, _ = secrets.keys_in(text)
    assert not any(begin <= text.index("next") < end for begin, end in places)


@cases(
    ("text", "hidden"),
    [
        ("-L2tpPsk >Sommer<regen> -Next 1", ">Sommer<regen>"),
        ("-PreSharedKey <Som> mer' <regen -Next 1", "<Som> mer' <regen"),
        ("-PreSharedKey Sommer <regen'bogen> x -Next 1", "Sommer <regen'bogen> x"),
        ("-PreSharedKey Sommer <b>next</b>", "Sommer"),
        ("-PreSharedKey Sommer <# next #>", "Sommer"),
        ("-PreSharedKey Sommer # next", "Sommer"),
        ("-L2tpPsk&nbsp;Som&quot;&nbsp;;mer&nbsp;-Next&nbsp;1", "Som&quot;&nbsp;;mer"),
        ("-L2tpPsk&#160;&#39;Som&#39;mer</pre> next", "&#39;Som&#39;mer"),
        ("-L2tpPsk\u00a0Som' ;mer\u00a0-Next", "Som' ;mer"),
        ("auth1psk=&#x27;Sommer&gt;&#x27;regen next=1", "Sommer&gt;...regen"),
        ("auth1psk=&quot;Sommer&quot; next=1", "Sommer"),
        ("auth1psk=&quot;Sommer&quot;, next", "Sommer"),
    ],
)
def test_a_sign_of_markup_in_a_bare_key_does_not_end_it(text: str, hidden: str) -> None:
    assert "...".join(text[begin:end] for begin, end in secrets.keys_in(text)[0]) == hidden


@cases(
    ("text", "hidden"),
    [
        ('psk = ""Sommer, regen(bogen""', "Sommer, regen(bogen"),
        ('"a","netsh x psk=""Sommer regen"" name=next"', "Sommer regen"),
        ("psk = ''Sommer // regen'' name=next", "Sommer // regen"),
        ('psk="" name=next', ""),
        ("psk=(Som]mer regen name=next", "Som]mer regen"),
        ("-PreSharedKey (Get-Secret next)", "Get-Secret next"),
        ('psk=${Som" "mer name=next', '${Som" "mer'),
        ('psk="Som // mer # regen next', "Som // mer # regen next"),
        ("for %%k in Sommer) do netsh x psk=%%k", "Sommer...%%k"),
        ("for %%k in (Som\n mer\n) do netsh x psk=%%k", "Som\n mer\n...%%k"),
        ("for %%k in (Sommer\nnetsh next) do netsh x psk=%%k", "Sommer...%%k"),
        ('run(["a", "psk=Sommer regen", "next"])', "Sommer regen"),
        ("run(['a', '-L2tpPsk', 'Sommer regen', '-Next'])", "Sommer regen"),
        ('run(["psk=Sommer name=next x"])', "Sommer"),
        ("psk=&quot;Sommer&quot; &quot;regen next=1", "Sommer&quot; ...regen"),
        ('{"PreSharedKey": :Som = mer|| regen", "next": 1}', ":Som = mer|| regen"),
        ('{"PreSharedKey":\n2026-01-01 12:00:00 INFO  "Sommer regen"}', "Sommer regen"),
        ('{"PreSharedKey":\n2026-01-01T12:00:00Z "Sommer"}', "Sommer"),
        (
            "\n".join(
                f"2026-01-01 12:00:00 INFO {row}" for row in ("Name PSK    Type", "---- ---    ----", "a    Sommer b")
            ),
            "Sommer",
        ),
        ("set k=Sommer regen\nnetsh advfirewall consec add rule n", "Sommer regen"),
        ('{"script": "set k=Sommer\\nnetsh advfirewall consec add"}', "Sommer"),
        ('@set "k=Sommer"\nnetsh advfirewall consec', "Sommer"),
        ("set k=Sommer\nnetsh x %k%", ""),
        ("set k=Sommer\necho !K!", ""),
        ("set p=500\nset x=true\nset y=C:\\users\nset z=corp\\users", ""),
        ("you set a=b in it", ""),
        ('for /f "tokens=1,2" %%a in ("v Sommer") do netsh next', '"v Sommer"'),
        ('for /f "tokens=1,2" %%a in ("v next") do echo %%b', ""),
        ('{"PreSharedKey": nulls, "next": "a"}', "nulls"),
        ("<L2tpPsk><![CDATA[Sommer regen]]></L2tpPsk><next>", "Sommer regen"),
        ("<L2tpPsk>\n<![CDATA[Som<b>mer]]>\n</L2tpPsk>\n<next>a</next>", "Som<b>mer"),
        ("&lt;L2tpPsk&gt;&lt;![CDATA[Sommer]]&gt;&lt;/L2tpPsk&gt; next", "Sommer"),
        ("$p['PreSharedKey'] = 'Sommer regen'\n$p.Next = 1", "Sommer regen"),
        ("env:\n  - name: VPN_PSK\n    value: Sommer regen\n  - name: X\n    value: next", "Sommer regen"),
        ("x:\n  name: SHKey\n  data: 'Sommer'\n  type: next", "Sommer"),
        ("rules:\n  - psk:\n    value: 1\n", ""),
        ('"variables": {"k": "Sommer"}, "sharedKey": "[variables(\'k\')]"', "Sommer"),
        ('"sharedKey": "[parameters(\'k\')]", "k": {"type": "string", "defaultValue": "Sommer"}', ' "Sommer"'),
        ('{""PreSharedKey"": ""Som"mer"", ""Next"": 1}', 'Som"mer'),
        ("netsh x auth1=computerpsk(Sommer regen next=1", "Sommer regen"),
        ("netsh x auth1=computercert,userkerb) next=1", ""),
        ('"auth1=computercert" next', ""),
        ('auth1key="Sommer regen" next=1', "Sommer regen"),
        ("auth2-key=Sommer next=1", "Sommer"),
        ("presharedkey<Som{mer\nnext one", "Som{mer"),
        ('PreSharedKeySom" "mer\nnext one', 'Som" "mer'),
        ("psk<br>next", ""),
        ('secret<span class="next">', ""),
        ("psk7}Sommer&x next", "7}Sommer&x"),
        ("x \u2011L2tpPsk \u201cSommer regen\u201d -Next", "\u201cSommer regen\u201d"),
        ("x \u2212PreSharedKey Sommer -Next", "Sommer"),
        ("main mode\u2014preshared key next", ""),
    ],
)
def test_a_key_goes_as_far_as_what_is_around_it_tells(text: str, hidden: str) -> None:
    assert "...".join(text[begin:end] for begin, end in secrets.keys_in(text)[0]) == hidden


NODE = "./User/Vendor/MSFT/VPNv2/V/NativeProfile/L2tpPsk"


@cases(
    ("text", "hidden"),
    [
        (f"| x | {NODE} | String | a<b> # c`d |\n| next |", ["a<b> # c`d"]),
        (f"| {NODE} | `a # c` |\n| next |", ["a # c"]),
        (f"x\t{NODE}\tString\ta <b\nnext x", ["a <b"]),
        (f'x,{NODE},String,"a, b"\nnext x', ["a, b"]),
        (f"x {NODE} String a b\nnext x", ["a b"]),
        (f"<td>{NODE}</td><td>String</td><td>a&lt;b</td></tr><tr>next", ["a&lt;b"]),
        (f"PS C:\\> - **URI:** {NODE}\nPS C:\\> - **Value:** a b\nnext one", ["a b"]),
        (f"Set {NODE}, next", []),
        (f"see {NODE}; next", []),
        ("a/site-psk.txt | next", []),
    ],
)
def test_the_last_cell_beside_the_path_of_a_node_is_its_key(text: str, hidden: list[str]) -> None:
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == hidden


_LISTED = """Name   ServerAddress L2tpPsk      TunnelType
----   ------------- ------------ ----------
"""
_AT = "2026-01-01 12:00:05 INFO"


@cases(
    ("text", "hidden"),
    [
        (f"{_LISTED}Office vpn.example.x\n   Sommerregen7 L2tp\n", ["Sommerregen7 L2tp"]),
        (f"{_LISTED}Office vpn.example.x\nHome   vpn.example.y Sommerregen7 L2tp\n", ["Sommerregen7"]),
        ("Name   ServerAddress L2tpPsk\n----   ------------- -------\nOffice vpn.x\nHome   vpn.y\n", []),
        ('Add-VpnConnection -Name v -L2tpPsk Sommer\nregen" -Force\n', ["Sommer", "regen"]),
        ("Add-VpnConnection -Name v -L2tpPsk Sommer\nupdate -Force\n", ["Sommer"]),
        (f"{_AT} PreSharedKey : Sommer\n{_AT} regen\n{_AT} Mode : x\n", ["Sommer", "regen"]),
        (f"{_AT} PreSharedKey : Sommer\n{_AT} Mode : x\n", ["Sommer"]),
        (f"netsh advfirewall consec add rule name=r auth1=\n!Sommer\\regen)7\n{_AT}\n", ["!Sommer\\regen)7"]),
        ("netsh advfirewall consec add rule name=r auth1=\n%windir%\\x.cmd\n", []),
        ('"PreSharedKey"": \n Sommer // regen""}]}"\n', ["Sommer // regen"]),
        ('pre-shared-key ascii-text "Sommer - re\n  gen{{ 7 SECRET-DATA\n}\n', ["Sommer - re", "gen{{ 7"]),
        ('pre-shared-key ascii-text "Sommer\n}\n', ["Sommer"]),
        ('pre-shared-key ascii-text "Sommer"; ## SECRET-DATA\nproposals P;\n', ["Sommer"]),
        ("netsh ipsec static add rule name=r psk=a1 Sommer]]>regen/7\n", ["a1 Sommer]]>regen/7"]),
        ("netsh ipsec static add rule name=r psk=Sommer 2>log.txt\n", ["Sommer"]),
    ],
)
def test_a_line_that_is_broken_before_or_within_a_key_shows_no_rest_of_it(text: str, hidden: list[str]) -> None:
    assert [text[begin:end].rstrip() for begin, end in secrets.keys_in(text)[0]] == hidden


def test_a_key_at_the_end_of_a_line_of_a_program_is_known_without_the_sign_of_the_end() -> None:
    text = 'run("netsh advfirewall consec add rule name=r auth1=@\'Sommer\u2019regen*7\\n", shell=True)\n'
    assert "@'Sommer\u2019regen*7" in secrets.keys_in(text)[1]
