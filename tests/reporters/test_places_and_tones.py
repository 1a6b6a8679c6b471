"""How many places and how much of a name the text report shows, and what colour a verdict has."""

from __future__ import annotations

from ipseclint import check_text
from ipseclint.finding import Problem, ProblemCode
from ipseclint.outcome import exit_code
from ipseclint.reporters import RenderOptions
from ipseclint.reporters.html import _tone as page_tone
from ipseclint.reporters.html import render as page
from ipseclint.reporters.summary import _tone as line_tone
from ipseclint.reporters.text import _more_places, render
from ipseclint.source import Span
from tests.cases import cases

GLOBAL = "netsh advfirewall set global mainmode mmkeylifetime"


def _problem(path: str, line: int) -> Problem:
    return Problem(code=ProblemCode.NOT_UNDERSTOOD, message="m", span=Span(path, line, 1))


@cases(
    ("policy", "of_page", "of_line"),
    [
        (f"{GLOBAL} 480min,0sess\n", "info", "strong"),
        (f"{GLOBAL} 20min,0sess\n", "warning", "warning"),
        (f"{GLOBAL} 1min,0sess\n", "error", "error"),
        (f"{GLOBAL} %MINUTES%min,0sess\n", "error", "error"),
        ("shopping list", "error", "error"),
    ],
    ids=["clean", "warnings", "errors", "understood in part", "no policy"],
)
def test_a_verdict_has_the_colour_of_the_worst(policy: str, of_page: str, of_line: str) -> None:
    report = check_text(policy, "policy.cmd", select="QD")
    code = exit_code(report)
    assert (page_tone(report, code), line_tone(report, code)) == (of_page, of_line)
    assert f'<h1 class="{of_page}">' in page(report, RenderOptions())


@cases(("width", "shown"), [(40, "x" * 40), (41, f"{'x' * 12}...{'x' * 25}")])
def test_a_name_among_others_is_cut_beyond_forty_columns(width: int, shown: str) -> None:
    rules = "".join(
        f'netsh advfirewall consec add rule name="{name}" endpoint1=any endpoint2=10.0.{number}.0/24 '
        "action=requireinrequestout auth1=computerkerb qmsecmethods=esp:sha1-3des\n"
        for number, name in enumerate(("first", "x" * width))
    )
    text = render(check_text(rules, "policy.cmd", select="CR002"), RenderOptions())
    assert f'also\n     "{shown}", line 2\n' in text


@cases(
    ("places", "words"),
    [
        ("a:2 a:3 a:4", "a:2:1, a:3:1, a:4:1"),
        ("a:2 a:3 a:4 a:5", "a:2:1, a:3:1, a:4:1 and 1 more"),
        ("a:2 a:3 a:4 b:1 b:2", "a:2:1, a:3:1, a:4:1, b:1:1 and 1 more"),
    ],
)
def test_three_places_and_one_of_each_further_file_are_named(places: str, words: str) -> None:
    problems = [_problem(path, int(line)) for path, line in (place.split(":") for place in places.split())]
    assert _more_places(_problem("a", 1), problems) == words


def test_of_pairs_that_share_an_object_the_other_one_tells_them_apart() -> None:
    script = "".join(
        f"New-NetIPsecMainModeRule -DisplayName {name} -Profile {profile} -RemoteAddress 10.0.0.0/8 "
        f"-Phase1AuthSet {name}\n"
        for name, profile in (("A", "Any"), ("B", "Domain"), ("C", "Public"))
    )
    text = render(check_text(script, "rules.ps1", select="FL013"), RenderOptions())
    assert 'main-mode rule "A"' in text
    assert 'also "C", line 3' in text
