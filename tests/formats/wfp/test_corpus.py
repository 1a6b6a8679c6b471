"""Real exports of untouched machines: understood whole, in any language, and nothing of the site in them."""

from __future__ import annotations

from pathlib import Path

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import file_source

STATES = ("wfpstate-en-hyperv-names.xml", "wfpstate-zh-cn-ikeext-statistics.xml")


def read(corpus: Path, name: str) -> tuple[str, Parsed]:
    source = file_source(corpus / "wfp" / name)
    found = recognise(source)
    assert found is not None
    return found.name, found.parse(source)


@cases("name", STATES)
def test_untouched_state_is_understood(corpus: Path, name: str) -> None:
    format_name, parsed = read(corpus, name)
    assert format_name == "wfp-state"
    assert parsed.problems == ()
    policy = parsed.policy
    sets = (*policy.main_mode_crypto_sets, *policy.quick_mode_crypto_sets, *policy.authentication_sets)
    assert len(sets) == 4
    assert all(each.builtin for each in sets)
    assert policy.wfp_filters == ()


def test_counters_of_a_real_state(corpus: Path) -> None:
    _, parsed = read(corpus, "wfpstate-zh-cn-ikeext-statistics.xml")
    groups = {each.group for each in parsed.counters}
    assert {"ikeStatistics/v4Statistics", "ikeV2Statistics/v6Statistics", "commonStatistics"} <= groups
    assert all(each.value == 0 for each in parsed.counters)


def test_real_filters_hold_no_ipsec(corpus: Path) -> None:
    format_name, parsed = read(corpus, "filters-en-hyperv-names.xml")
    assert format_name == "wfp-filters"
    assert parsed.problems == ()
    assert parsed.is_empty


def test_real_event_that_is_not_ipsec(corpus: Path) -> None:
    format_name, parsed = read(corpus, "netevent-classify-drop-quarantine-fragment.xml")
    assert format_name == "wfp-netevents"
    assert parsed.problems == ()
    assert parsed.is_empty
