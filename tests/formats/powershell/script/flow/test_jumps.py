"""Jumps of which it is not known whether they are reached: what they may leave out is said, and judged as such."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
EACH = "foreach ($e in 'a', 'b')"
MAYBE = "if ($env:X)"


def _rules(script: str) -> list[object]:
    return [rule.name for rule in parsed(script).policy.connection_security_rules]


def _jumps(script: str) -> list[str]:
    """The keywords of the jumps of which something is said."""
    return [said.split("`")[1] for *_, said in said_of(script) if "would leave out" in said]


@cases(
    ("script", "rules", "jumps"),
    [
        (f"{EACH} {{ {MAYBE} {{ break }}; {RULE} $e }}", ["a", "b"], ["break"]),
        (f"{EACH} {{ {RULE} $e; {MAYBE} {{ break }} }}", ["a", "b"], ["break"]),
        (f"{EACH} {{ {MAYBE} {{ continue }}; {RULE} $e }}", ["a", "b"], ["continue"]),
        (f"{EACH} {{ {MAYBE} {{ if ($env:Y) {{ continue }} }}; {RULE} $e }}", ["a", "b"], ["continue"]),
        (f"for ($i = 0; $i -lt 2; $i++) {{ {MAYBE} {{ continue }}; {RULE} $i }}", ["0", "1"], ["continue"]),
        (f":o foreach ($i in 1, 2) {{ {EACH} {{ {MAYBE} {{ break o }}; {RULE} $e }} }}", ["a", "b"] * 2, ["break"]),
        (f"switch ('a', 'b') {{ default {{ {MAYBE} {{ continue }}; {RULE} $_ }} }}", ["a", "b"], ["continue"]),
        (f"function F {{ {MAYBE} {{ return }}; {RULE} a }}\nF", ["a"], ["return"]),
        (f"& {{ {MAYBE} {{ return }}; {RULE} a }}\n{RULE} b", ["a", "b"], ["return"]),
        (f"1..2 | % {{ {MAYBE} {{ return }}; {RULE} $_ }}", ["1", "2"], ["return"]),
        (f"class K {{ [void] M() {{ {MAYBE} {{ return }}; {RULE} a }} }}\n[K]::new().M()", ["a"], ["return"]),
        (f"{RULE} a\n{MAYBE} {{ exit }}\n{RULE} b", ["a", "b"], ["exit"]),
        (f"{RULE} a\ntry {{ {MAYBE} {{ throw 1 }}; {RULE} b }} catch {{ 1 }}", ["a", "b"], ["throw"]),
        (f"{RULE} a\nforeach ($x in Get-Content x) {{ if ($x) {{ return }} }}\n{RULE} b", ["a", "b"], ["return"]),
        (f"{RULE} c\n{EACH} {{ switch ($env:X) {{ 1 {{ return }} }}; {RULE} $e }}", ["c", "a", "b"], ["return"]),
    ],
)
def test_what_stands_behind_a_jump_that_may_be_reached_is_read_and_said(
    script: str, rules: list[object], jumps: list[str]
) -> None:
    assert _rules(script) == rules
    assert _jumps(script) == jumps


@cases(
    ("script", "rules"),
    [
        (f"{EACH} {{ {MAYBE} {{ continue }}; {RULE} $e; break }}", ["a", "b"]),
        (f"function F {{ {EACH} {{ {MAYBE} {{ break }}; return }}; {RULE} z }}\nF", ["z"]),
        (
            f"function F {{ {MAYBE} {{ return }}; if ($env:Y) {{ exit }} }}\n{RULE} a\nF\nif ($env:Y) {{ {RULE} b }}",
            ["a", "b"],
        ),
        (
            f"{RULE} a\n{EACH} {{ {MAYBE} {{ continue }}; if ($env:Y) {{ exit }} }}\nif ($env:Y) {{ {RULE} b }}",
            ["a", "b"],
        ),
        (f"function F {{ {MAYBE} {{ return }}; exit }}\n{RULE} a\nF\n{RULE} b", ["a", "b"]),
        (f"switch ('a', 'b') {{ default {{ {MAYBE} {{ continue }}; {RULE} $_; break }} }}", ["a", "b"]),
        (f"{RULE} a\ntrap {{ {MAYBE} {{ continue }}; break }}\nthrow 1\n{RULE} b", ["a", "b"]),
    ],
)
def test_what_a_jump_leads_to_is_reached_though_another_leaves_more_for_certain(
    script: str, rules: list[object]
) -> None:
    assert _rules(script) == rules
    assert _jumps(script) != []


@cases(
    "script",
    [
        f"{RULE} A\n{MAYBE} {{ exit }}\nRemove-NetIPsecRule -DisplayName A",
        f"{RULE} A\n{EACH} {{ {MAYBE} {{ continue }}; Remove-NetIPsecRule -DisplayName A }}",
        f"{RULE} A\n{EACH} {{ {MAYBE} {{ if ($env:Y) {{ break }} }}; Remove-NetIPsecRule -DisplayName A }}",
        f"{RULE} A\nfunction F {{ {MAYBE} {{ return }}; Remove-NetIPsecRule -DisplayName A }}\nF",
    ],
)
def test_what_may_be_left_out_takes_nothing_out_for_certain(script: str) -> None:
    assert _rules(script) == ["A"]
    assert "whether these objects are taken out is not known" in [said for *_, said in said_of(script)]


@cases(
    "script",
    [
        f"{MAYBE} {{ exit 1 }}\n{RULE} A",
        f"{MAYBE} {{ Write-Host no; return }}\n{RULE} A",
        f"{MAYBE} {{ throw 'no' }}\n{RULE} A",
        f"{MAYBE} {{ break }}\n{RULE} A",
        f"function F {{ {MAYBE} {{ throw 'no' }} }}\nF\n{RULE} A",
    ],
)
def test_a_script_that_may_end_before_it_sets_anything_sets_all_or_nothing(script: str) -> None:
    assert [rule.name for rule in policy_of(script).connection_security_rules] == ["A"]


NETSH = "netsh advfirewall consec add rule name=N endpoint1=any endpoint2=any action=requireinrequestout"


@cases(
    "script",
    [
        f"{NETSH}\nif ($LASTEXITCODE -ne 0) {{ exit 1 }}\n{RULE} A",
        f"{NETSH}\nif (-not $?) {{ throw 'no' }}\n{RULE} A",
        f"{NETSH}\nif ($LASTEXITCODE -eq 0) {{ Write-Host ok }} else {{ exit 1 }}\n{RULE} A",
        f"{EACH} {{ try {{ {RULE} $e }} catch {{ continue }}; {RULE} c }}",
        f"{NETSH} || exit\n{RULE} A",
        f"{EACH} {{ {MAYBE} {{ continue }}; Write-Host $e }}\n{RULE} A",
        f"{RULE} a\n{MAYBE} {{ throw 'no key' }}\n{RULE} b",
        f"{RULE} a\nfunction F {{ {MAYBE} {{ throw 1 }} }}\nF\n{RULE} b",
        f"{EACH} {{ if ($e -eq 'b') {{ continue }}; {RULE} $e }}",
    ],
)
def test_what_leaves_only_if_something_fails_or_leaves_out_no_policy_is_no_doubt(script: str) -> None:
    assert said_of(script) == []


@cases(
    ("script", "rules"),
    [
        (f"$env:X ? ({RULE} A) : ({RULE} B)", ["A", "B"]),
        (f"$n = $env:X ?? ({RULE} A)", ["A"]),
        (f"{EACH} {{ $env:X ?? $(continue); {RULE} $e }}", ["a", "b"]),
    ],
)
def test_what_an_operator_chooses_may_run(script: str, rules: list[object]) -> None:
    assert _rules(script) == rules
    assert len(said_of(script)) == 1


def test_a_jump_in_a_try_of_a_block_that_may_not_run_is_no_matter_of_failures() -> None:
    script = f"if ($env:X) {{ try {{ {RULE} A; exit 0 }} catch {{}} }}\n{RULE} B"
    assert [message.partition(": ")[0] for _, _, message in said_of(script)] == [
        "whether `$env:X` holds is not known",
        "whether this `exit` is reached is not known",
    ]
