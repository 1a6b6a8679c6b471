"""Which simple commands a line is made of, in each host: their words with columns, and what stands between them."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.hosts import BATCH, NETSH, POWERSHELL, Host
from ipseclint.formats.netsh.words import Part, split_parts

NOTED = ("closes", "opens", "redirected", "fed", "is_first", "target")


def told(part: Part) -> str:
    """A part on one line: the operator before it, its words with their columns, and what else is not as usual."""
    words = [f"{word.text}@{word.column}" for word in part.words]
    words += [f"open:{word.text}@{word.column}" for word in part.variables]
    noted = [f"{name}={value}" for name in NOTED if (value := getattr(part, name))]
    return " ".join([*filter(None, [part.separator]), *words, *noted, f"raw={part.raw!r}"])


@cases(
    ("host", "line", "depth", "parts"),
    [
        (
            BATCH,
            'netsh x name="a b" y=1',
            0,
            ["netsh@1 x@7 name@9 =@13 a b@15 y@20 =@21 1@22 is_first=True raw='netsh x name=\"a b\" y=1'"],
        ),
        (
            BATCH,
            "if exist x (netsh a",
            0,
            ["if@1 exist@4 x@10 opens=True is_first=True raw='if exist x '", "netsh@13 a@19 raw='netsh a'"],
        ),
        (
            BATCH,
            "if exist x netsh a (b)",
            0,
            [
                "if@1 exist@4 x@10 netsh@12 a@18 opens=True is_first=True raw='if exist x netsh a '",
                "b@21 raw='b'",
                "closes=1 raw=''",
            ],
        ),
        (
            BATCH,
            "(netsh a & netsh b)",
            0,
            [
                "opens=True is_first=True raw=''",
                "netsh@2 a@8 raw='netsh a '",
                "& netsh@12 b@18 raw=' netsh b'",
                "closes=1 raw=''",
            ],
        ),
        (BATCH, ") else (", 1, ["else@3 closes=1 opens=True is_first=True raw=' else '"]),
        (BATCH, ") else (", 0, [")@1 else@3 (@8 is_first=True raw=') else ('"]),
        (
            BATCH,
            "for %%i in (1 2) do (",
            0,
            [
                "for@1 %i@5 in@9 opens=True is_first=True raw='for %%i in '",
                "1@13 2@15 raw='1 2'",
                "do@18 closes=1 opens=True raw=' do '",
            ],
        ),
        (BATCH, "@if x (", 0, ["@if@1 x@5 opens=True is_first=True raw='@if x '"]),
        (BATCH, "netsh a (b) c", 0, ["netsh@1 a@7 (b)@9 c@13 is_first=True raw='netsh a (b) c'"]),
        (BATCH, "netsh a (", 0, ["netsh@1 a@7 (@9 is_first=True raw='netsh a ('"]),
        (BATCH, "netsh a > x.txt", 0, ["netsh@1 a@7 redirected=True is_first=True target=x.txt raw='netsh a > x.txt'"]),
        (
            BATCH,
            "netsh a >> x.txt & netsh b < y.txt",
            0,
            [
                "netsh@1 a@7 redirected=True is_first=True target=>>x.txt raw='netsh a >> x.txt '",
                "& netsh@20 b@26 fed=True raw=' netsh b < y.txt'",
            ],
        ),
        (
            BATCH,
            "netsh a 2>&1 | more || netsh c",
            0,
            [
                "netsh@1 a@7 redirected=True is_first=True raw='netsh a 2>&1 '",
                "| more@16 raw=' more '",
                "|| netsh@24 c@30 raw=' netsh c'",
            ],
        ),
        (BATCH, 'netsh a name=^"b^"', 0, ['netsh@1 a@7 name@9 =@13 "b"@14 is_first=True raw=\'netsh a name=^"b^"\'']),
        (
            BATCH,
            "netsh n=%x% y=!z!",
            0,
            ["netsh@1 n@7 =@8 %x%@9 y@13 =@14 !z!@15 open:%x%@9 open:!z!@15 is_first=True raw='netsh n=%x% y=!z!'"],
        ),
        (
            BATCH,
            'netsh a = b = "c"d"e',
            0,
            ['netsh@1 a@7 =@9 b@11 =@13 cde@16 is_first=True raw=\'netsh a = b = "c"d"e\''],
        ),
        (
            BATCH,
            "do (netsh a)",
            0,
            ["do@1 opens=True is_first=True raw='do '", "netsh@5 a@11 raw='netsh a'", "closes=1 raw=''"],
        ),
        (BATCH, "netsh a)", 1, ["netsh@1 a@7 is_first=True raw='netsh a'", "closes=1 raw=''"]),
        (
            POWERSHELL,
            "if ($x) { netsh a }",
            0,
            [
                "if@1 ($x)@4 open:$x@5 opens=True is_first=True raw='if ($x) '",
                "netsh@11 a@17 raw=' netsh a '",
                "closes=1 raw=''",
            ],
        ),
        (
            POWERSHELL,
            "netsh a {b}",
            0,
            ["netsh@1 a@7 opens=True is_first=True raw='netsh a '", "b@10 raw='b'", "closes=1 raw=''"],
        ),
        (POWERSHELL, "netsh a {", 0, ["netsh@1 a@7 opens=True is_first=True raw='netsh a '"]),
        (POWERSHELL, "{ netsh a", 0, ["opens=True is_first=True raw=''", "netsh@3 a@9 raw=' netsh a'"]),
        (
            POWERSHELL,
            "} else { netsh a",
            1,
            ["else@3 closes=1 opens=True is_first=True raw=' else '", "netsh@10 a@16 raw=' netsh a'"],
        ),
        (POWERSHELL, "netsh a }", 1, ["netsh@1 a@7 is_first=True raw='netsh a '", "closes=1 raw=''"]),
        (POWERSHELL, "}", 1, ["closes=1 is_first=True raw=''"]),
        (POWERSHELL, "}", 0, ["}@1 is_first=True raw='}'"]),
        (
            POWERSHELL,
            "n='b $c' d=\"e $f\"; netsh $i",
            0,
            [
                "n@1 =@2 b $c@4 d@10 =@11 e $f@13 open:$f@15 is_first=True raw='n=\\'b $c\\' d=\"e $f\"'",
                "; netsh@20 $i@26 open:$i@26 raw=' netsh $i'",
            ],
        ),
        (
            POWERSHELL,
            'netsh a `"b`" | Out-Null',
            0,
            ['netsh@1 a@7 "b"@9 is_first=True raw=\'netsh a `"b`" \'', "| Out-Null@17 raw=' Out-Null'"],
        ),
        (
            POWERSHELL,
            "$x = netsh a > $null",
            0,
            ["$x@1 =@4 netsh@6 a@12 open:$x@1 redirected=True is_first=True target=$null raw='$x = netsh a > $null'"],
        ),
        (
            POWERSHELL,
            "& netsh a name=${x}",
            0,
            ["&@1 netsh@3 a@9 name@11 =@15 ${x}@16 is_first=True raw='& netsh a name=${x}'"],
        ),
        (
            POWERSHELL,
            "1..2 | % { netsh a }",
            0,
            [
                "1..2@1 is_first=True raw='1..2 '",
                "| %@8 opens=True raw=' % '",
                "netsh@12 a@18 raw=' netsh a '",
                "closes=1 raw=''",
            ],
        ),
        (
            NETSH,
            'consec name="a" & x > y (z)',
            0,
            ["consec@1 name@8 =@12 a@14 &@17 x@19 >@21 y@23 (z)@25 is_first=True raw='consec name=\"a\" & x > y (z)'"],
        ),
    ],
)
def test_a_line_is_parted(host: Host, line: str, depth: int, parts: list[str]) -> None:
    assert [told(part) for part in split_parts(Token(line, "x", 1, 1), host, depth)] == parts


@cases("host", [BATCH, POWERSHELL, NETSH], ids=lambda host: host.name)
def test_words_of_a_part_of_a_line_stand_where_the_line_has_them(host: Host) -> None:
    line = Token('- `netsh x name="a b" y = 1 `', "a.md", 7, 1)
    (part,) = split_parts(line.part(3, 27), host)
    assert [line.text[word.column - 1 : word.column - 1 + word.length] for word in part.words] == [
        "netsh", "x", "name", "=", "a b", "y", "=", "1",
    ]  # fmt: skip
