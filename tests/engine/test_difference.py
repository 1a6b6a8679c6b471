"""What one state of a policy does otherwise than another: the effect of each change, and each figure of load."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.engine.difference import ASSUMED_PEERS, difference
from ipseclint.engine.run import Job
from ipseclint.engine.states import read_states
from ipseclint.model.site import Site
from ipseclint.semantics.difference import Difference

PSK = "auth1=computerpsk auth1psk=first-key"
MAIN_MODE = "netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha384\n"
DEFAULT_SET = "Windows default main-mode crypto set"


def rule(more: str = "", name: str = "R", remote: str = "10.2.0.0/16", action: str = "requireinrequireout") -> str:
    """A rule for all hosts here and some there."""
    proof = "" if action == "noauthentication" or "auth1=" in more else PSK
    add = f'netsh advfirewall consec add rule name="{name}" endpoint1=any endpoint2={remote}'
    return f"{add} action={action} {proof} {more}\n"


def between(folder: Path, old: str, new: str, site: Site | None = None) -> Difference:
    """The difference of two scripts."""
    for name, text in (("old.cmd", old), ("new.cmd", new)):
        (folder / name).write_text(text)
    job = Job(plans=(), site=site or Site())
    return difference(*read_states(str(folder / "old.cmd"), str(folder / "new.cmd"), job), job)


HOLE = rule(name="S", remote="10.2.1.0/24", action="noauthentication")
OTHER = rule(name="T", remote="10.3.0.0/16")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (rule("qmsecmethods=esp:sha1-aes128"), rule("qmsecmethods=esp:sha256-aes256"), ["R changed stronger"]),
        (rule("qmsecmethods=esp:sha256-aes256"), rule("qmsecmethods=esp:sha1-aes128"), ["R changed weaker"]),
        (rule("qmpfs=dhgroup14"), rule("qmpfs=none"), ["R changed weaker"]),
        (rule(), rule("auth1=computerkerb"), ["R changed stronger"]),
        (rule(), rule(action="requestinrequestout"), ["R changed weaker"]),
        (rule(), rule(remote="10.2.0.0/15"), ["R changed stronger"]),
        (rule(), rule(remote="10.2.0.0/17"), ["R changed weaker"]),
        (rule(), rule("profile=domain"), ["R changed weaker"]),
        (rule("enable=no"), rule(), ["R changed stronger"]),
        (rule(), rule('description="x"'), ["R changed None"]),
        (rule(), rule(name="Q"), ["Q renamed None"]),
        (rule(), "", ["R removed weaker"]),
        (rule(), rule() + HOLE, ["S added weaker"]),
        (rule() + HOLE, rule(), ["S removed stronger"]),
        (rule() + MAIN_MODE, rule(), [f"{DEFAULT_SET} changed weaker"]),
        (
            rule() + OTHER,
            rule('description="x"') + OTHER.replace("requireinrequireout", "requestinrequestout"),
            ["R changed None", "T changed weaker"],
        ),
        (
            rule() + HOLE,
            rule(action="requestinrequestout") + HOLE.replace("10.2.1.0/24", "10.2.1.0/25"),
            ["R changed weaker", "S changed stronger"],
        ),
    ],
)
def test_a_changed_object_has_the_effect_of_the_traffic_that_it_decides_for(
    old: str, new: str, expected: list[str], tmp_path: Path
) -> None:
    found = between(tmp_path, old + " ", new + "netsh advfirewall show currentprofile\n")
    told = [f"{change.name} {change.change.value} {effect and effect.value}" for change, effect in found.objects]
    assert sorted(told) == expected


RATES = [
    ("main_mode_rate", "main modes per second", ("0.0347", "0.0347")),
    ("quick_mode_rate", "quick modes per second", ("0.278", "0.278")),
]
DROPPED = ("drop_probability", "dropped in the queue (13809 to 13812)", ("0%", "0%"))


@pytest.mark.parametrize("turned", [False, True])
def test_each_figure_of_load_is_told_as_it_was_and_as_it_is(turned: bool, tmp_path: Path) -> None:
    states = (rule(), rule("auth1=computerkerb"))
    load = between(tmp_path, *(states[::-1] if turned else states)).load
    assert load is not None
    written = ("0.00887%", "0.0091%") if turned else ("0.0091%", "0.00887%")
    told = [(figure.name, figure.label, figure.written) for figure in load.figures]
    assert told == [*RATES, ("utilisation", "utilisation of the workers", written), DROPPED]
    assert [figure.new > figure.old for figure in load.figures] == [False, False, turned, False]
    assert [figure.new < figure.old for figure in load.figures] == [False, False, not turned, False]


@pytest.mark.parametrize(("site", "peers", "assumed"), [(None, ASSUMED_PEERS, True), (5, 5, False), (0, 0, False)])
def test_the_load_is_that_of_the_peers_of_the_site_or_assumed(
    site: int | None, peers: int, assumed: bool, tmp_path: Path
) -> None:
    load = between(tmp_path, rule(), rule(), None if site is None else Site(peers=site)).load
    assert load is not None
    assert (load.peers, load.assumed, load.differs) == (peers, assumed, False)
