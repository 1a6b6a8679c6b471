"""Whatever is done to a WFP export, reading it ends, says what is wrong, and shows no key."""

from __future__ import annotations

import errno
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import ROOT
from tests.cases import cases
from tests.tries import tries

from ipseclint.finding import ProblemCode
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.wfp import state as wfp
from ipseclint.source import Source, SourceError, bytes_source

FOLDER = ROOT / "fixtures" / "formats"
INPUTS = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("wfp-*/*.xml"))}
SITE = INPUTS["site-policies.xml"]
WORDS = (
    b"<item>",
    b"</item>",
    b"<filterKey>",
    b"</filters>",
    b"<providerContextKey>",
    b"<!--",
    b"<![CDATA[",
    b"&amp;",
    b"&x;",
    b"\xff",
    b"\x00",
    b'numItems="9999999999999999999999"',
    b"IKEEXT_PRESHARED_KEY",
    b"-1",
    b"<!DOCTYPE a>",
)


def parse(data: bytes) -> Parsed:
    return wfp.parse(bytes_source("in.xml", data))


EDITS = st.one_of(
    st.tuples(st.just("flip"), st.floats(0, 1), st.integers(0, 255)),
    st.tuples(st.just("cut"), st.floats(0, 1), st.integers(1, 4_000)),
    st.tuples(st.just("end"), st.floats(0, 1), st.just(0)),
    st.tuples(st.just("repeat"), st.floats(0, 1), st.integers(1, 4_000)),
    st.tuples(st.just("insert"), st.floats(0, 1), st.integers(0, len(WORDS) - 1)),
)


def edited(data: bytes, edit: tuple[str, float, int]) -> bytes:
    kind, where, number = edit
    place = int(where * len(data))
    before, after = data[:place], data[place:]
    match kind:
        case "flip":
            return before + bytes([number]) + after[1:]
        case "cut":
            return before + after[number:]
        case "end":
            return before
        case "repeat":
            return before + after[:number] + after
        case _:
            return before + WORDS[number] + after


@given(st.sampled_from(sorted(INPUTS)), st.lists(EDITS, min_size=1, max_size=6))
@tries(300)
def test_any_edit_is_read_or_reported(name: str, edits: list[tuple[str, float, int]]) -> None:
    data = INPUTS[name]
    for edit in edits:
        data = edited(data, edit)
    parsed = parse(data)
    assert all(problem.span.line >= 1 and problem.span.column >= 1 for problem in parsed.problems)
    assert "Winter-Sturm" not in repr(parsed)


@cases("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_cut_input_keeps_what_was_complete(share: float) -> None:
    data = SITE[: int(len(SITE) * share)]
    parsed = parse(data)
    (problem,) = parsed.problems
    assert problem.code is ProblemCode.MALFORMED
    assert problem.span.line == data.count(b"\n") + 1
    complete = parse(SITE).policy
    line = data.count(b"\n") + 1
    kept = {each.name: each for each in parsed.policy.wfp_filters}
    for each, following in pairwise((*complete.wfp_filters, None)):
        if each is not None and (following.line if following else line) < line and each.name != "by context alone":
            assert kept[each.name] == each  # that one's context, at the end of the input, says that it counts
    crypto = len(parsed.policy.main_mode_crypto_sets)
    assert parsed.policy.main_mode_crypto_sets == complete.main_mode_crypto_sets[:crypto]


def test_cut_in_the_last_part_keeps_all_policies() -> None:
    data = SITE[: SITE.index(b"<ikeextStatistics>")]
    assert parse(data).policy == parse(SITE).policy


@cases("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_that_declares_utf8_reads_the_same(codec: str) -> None:
    text = SITE.decode("utf-8-sig")
    parsed = parse(text.encode(codec))
    assert parsed == parse(SITE)


def test_one_line_reads_the_same_objects() -> None:
    text = SITE.decode("utf-8-sig").replace("\r\n", "").replace("\t", "")
    parsed, expected = parse(text.encode()), parse(SITE)
    assert parsed.problems == ()
    assert [each.name for each in parsed.policy.wfp_filters] == [each.name for each in expected.policy.wfp_filters]
    assert all(each.line == 1 for each in parsed.policy.wfp_filters)
    for row in parsed.policy.wfp_filters:
        assert text[row.column - 1 :].startswith("<item><filterKey>")
    assert [each.id for each in parsed.policy.quick_mode_crypto_sets] == [
        crypto_set.id for crypto_set in expected.policy.quick_mode_crypto_sets
    ]


def test_problems_without_number_are_cut_off() -> None:
    item = b"<item><providerContextKey>{1}</providerContextKey><type>FWPM_IPSEC_NEW_CONTEXT</type></item>"
    parsed = parse(b"<wfpstate><providerContexts>" + item * 5_000 + b"</providerContexts></wfpstate>")
    assert len(parsed.problems) == 1_001
    assert parsed.problems[-1].message == "4000 more problems are not listed"


def test_objects_without_number_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wfp, "MAX_OBJECTS", 10)
    item = b"<item><filterKey>{1}</filterKey><layerKey>FWPM_LAYER_IPSEC_V4</layerKey></item>"
    parsed = parse(b"<wfpdiag><filters>" + item * 50 + b"</filters></wfpdiag>")
    assert len(parsed.policy.wfp_filters) == 10
    assert [problem.code for problem in parsed.problems if problem.code is ProblemCode.REFUSED] == [ProblemCode.REFUSED]


class Breaking(io.BytesIO):
    """A file that is no longer there from its second piece on."""

    def __init__(self, data: bytes, error: Exception) -> None:
        super().__init__(data)
        self._error = error

    def read(self, _size: int | None = -1, /) -> bytes:
        if self.tell():
            raise self._error
        return super().read(60_000)


@cases(
    ("error", "said"),
    [
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (SourceError("the share is gone"), "the share is gone"),
    ],
    ids=["of the system", "of a share"],
)
def test_what_stood_before_the_input_broke_is_kept(error: Exception, said: str) -> None:
    parsed = wfp.parse(Source("in.xml", lambda: Breaking(SITE, error)))
    assert [(problem.code, problem.message) for problem in parsed.problems] == [(ProblemCode.UNREADABLE, said)]
    assert parsed.policy.wfp_filters
