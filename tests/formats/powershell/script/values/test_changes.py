"""Lists that a script changes by their methods have just what PowerShell would have in them."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, parsed, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
LIST = "$l = [Collections.ArrayList]@('b', 'a', 'c')"


@cases(
    ("change", "left"),
    [
        ("$l.Add('d')", "b a c d"),
        ("$l.AddRange(@('d', 'e'))", "b a c d e"),
        ("$l.Insert(1, 'd')", "b d a c"),
        ("$l.Insert(0, 'd')", "d b a c"),
        ("$l.InsertRange(1, @('d', 'e'))", "b d e a c"),
        ("$l.Remove('a')", "b c"),
        ("$l.Remove('x')", "b a c"),
        ("$l.RemoveAt(0)", "a c"),
        ("$l.RemoveAt(2)", "b a"),
        ("$l.RemoveRange(0, 2)", "c"),
        ("$l.RemoveRange(1, 1)", "b c"),
        ("$l.Reverse()", "c a b"),
        ("$l.Sort()", "a b c"),
        ("$l.Clear(); $l.Add('z')", "z"),
        ("$l.SetValue('z', 1)", "b z c"),
        ("$l.Set(2, 'z')", "b a z"),
    ],
)
def test_a_list_has_what_its_methods_leave(change: str, left: str) -> None:
    assert names_of(f'{LIST}\n{change} | Out-Null\n{RULE} "$l"') == [left]


@cases(
    ("kind", "put", "take", "taken"),
    [
        ("Queue", "Enqueue", "Dequeue", ["b", "a", "c"]),
        ("Stack", "Push", "Pop", ["c", "a", "b"]),
    ],
)
def test_a_queue_gives_first_what_came_first_and_a_stack_what_came_last(
    kind: str, put: str, take: str, taken: list[str]
) -> None:
    more = "\n".join([f"$q.{put}('c')", *[f"{RULE} $q.{take}()"] * 3])
    assert names_of(f"$q = [Collections.{kind}]@('b', 'a')\n{more}") == taken


@cases("change", ["$l.RemoveAll({ $true })", "$l.RemoveAt($env:X)", "$l.Insert($env:X, 'd')", "$l.Remove($env:X)"])
def test_what_a_list_has_behind_a_change_that_is_not_known_is_said(change: str) -> None:
    script = f'{LIST}\n{change}\n{RULE} "x$l"'
    said = "unknown value of `displayname`: `x$l`; not known: changed in a way that is not followed"
    assert [rule.name for rule in parsed(script).policy.connection_security_rules] == ["x$l"]
    assert said_of(script) == [(3, len(RULE) + 3, said)]


def test_why_an_element_of_such_a_list_is_not_known_is_said() -> None:
    script = "$l = [Collections.ArrayList]@('a', 'b')\n$l.Reverse(0, $env:N)\nNew-NetIPsecRule -DisplayName $l[0]"
    said = "unknown value of `displayname`: `a`; it is changed in a way that is not followed"
    assert said_of(script) == [(1, 32, said)]
