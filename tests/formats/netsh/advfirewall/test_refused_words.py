"""Words that netsh advfirewall does not know: each is refused with the word and its place, and does nothing."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.netsh import script
from ipseclint.source import bytes_source

RULE = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requestinrequestout\n"


@cases(
    ("words", "reason"),
    [
        ("consec frob rule name=R", "unknown command in `advfirewall consec`"),
        ("consec reset rule name=R", "unknown command `reset rule` in `advfirewall consec`"),
        ("consec delete rulez name=R", "`delete` without `rule`"),
        ("consec delete", "`delete` without `rule`"),
        ("mainmode import rule", "unknown command `import rule` in `advfirewall mainmode`"),
        ("frob", "unknown command"),
        ("show frob", "`frob` is not what `show` takes: `allprofiles`, `domainprofile`"),
        ("consec show rulez", "`rulez` is not what `show` takes: `rule`"),
        ("monitor show frob", "`frob` is not what `show` takes: `consec`, `currentprofile`"),
        ("monitor delete rule", "`rule` is not what `delete` takes: `mmsa`, `qmsa`"),
        ("monitor set rule", "unknown command `set` in `advfirewall monitor`"),
        ("export", "`export` without a file: nothing is kept"),
        ("import", "`import` without a file"),
        ("reset all", "`reset` takes `export` and a file, or nothing"),
    ],
)
def test_an_unknown_word_is_refused_where_it_stands(words: str, reason: str) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"{RULE}netsh advfirewall {words}\n".encode()))
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["R"]
    (refused,) = parsed.policy.refused_commands
    assert refused.reason.startswith(reason)
    assert (refused.span.path, refused.span.line) == ("a.cmd", 2)


@cases(
    "words",
    [
        "show", "show dom state", "show global ipsec", "consec show rule name=all", "monitor show mmsa all",
        "monitor delete qmsa all", "monitor dump", "export C:\\a.wfw",
    ],
)  # fmt: skip
def test_what_shows_or_keeps_is_taken(words: str) -> None:
    parsed = script.parse(bytes_source("a.cmd", f"{RULE}netsh advfirewall {words}\n".encode()))
    assert (parsed.problems, parsed.policy.refused_commands) == ((), ())
