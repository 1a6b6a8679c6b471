"""The contract of a format: what every one of them keeps, whichever it is. A format that lacks a part is refused."""

from __future__ import annotations

import errno
import pickle
import random
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from msgspec.structs import replace
from tests import ROOT
from tests.cases import cases
from tests.formats.places import misplaced
from tests.repair.commands.policy_script import policy_script

from ipseclint.engine.inputs.paths import candidates
from ipseclint.finding import ProblemCode
from ipseclint.formats import all_formats, recognise, rows
from ipseclint.formats.netsh import script
from ipseclint.formats.parsed import Format
from ipseclint.formats.readers import Looked, Reader, Shape, begins, formats_of, shape_of, with_sign
from ipseclint.model.kinds import KINDS
from ipseclint.model.policy import AuthenticationMethod, Policy
from ipseclint.model.setting import Secret
from ipseclint.repair.commands import netsh
from ipseclint.repair.commands.arguments import Unwritable
from ipseclint.semantics.sameness import differing_fields
from ipseclint.source import BINARY_SIGNATURES, Source, SourceError, Span, bytes_source

pytestmark = pytest.mark.drawn(6)

FOLDER = ROOT / "fixtures" / "formats"
OF_PROBLEMS = frozenset({"collector-notes"})
"""The formats that hold only what is missing elsewhere."""
FORMATS = {each.name: each for each in all_formats()}
HAVE_COMMANDS = {key for _, key in (*netsh.FORMS, *netsh.ADDITIONS)}
"""The kinds of objects that a script can change or create; sets, lists and actions go with the rules that name them."""
WRITTEN = {kind.field for kind in KINDS if kind.key in HAVE_COMMANDS or kind.references}
NOT_WRITTEN = {name: getattr(Policy(), name) for name in Policy.model_fields.keys() - WRITTEN}
NO_COMMAND = dict.fromkeys(
    ("exemption_bits", "preshared_key_encoding", "packet_queuing", "match_auth_set_per_key_module")
)
"""Global settings that no netsh command sets as they are."""
OF_SEVERAL_FILES = frozenset({"gpo-backup"})


@cache
def sources_of(name: str) -> tuple[Source, ...]:
    """The fixtures of a format: its files, or folders where an input is several files."""
    paths = sorted((FOLDER / name).iterdir()) if name in OF_SEVERAL_FILES else sorted((FOLDER / name).rglob("*"))
    inputs = [str(path) for path in paths if name in OF_SEVERAL_FILES or path.is_file()]
    return tuple(candidate.source for candidate in candidates(inputs, "-", ()))


of_each_format = pytest.mark.parametrize("kind", FORMATS.values(), ids=FORMATS)
"""A test of all fixtures of a format; what it finds wrong names the path."""
Draw = Callable[[Sequence[Source], int, int], list[Source]]


def drawn(kind: Format, draw: Draw, n: int) -> list[Source]:
    """The fixtures of a format, in the gate's draw one in n of all formats'."""
    return draw(sources_of(kind.name), [*FORMATS].index(kind.name), n)


def test_a_format_has_fixtures_and_a_folder_of_them_a_format() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(FORMATS)
    assert [name for name in FORMATS if not sources_of(name)] == []


def unseen(row: Reader, source: Source) -> str | None:
    """Why the reader of a row is never asked about an input, and what to do; None if it is."""
    where = f"the row of `{row.module}` in formats/rows.py"
    if shape_of(source) is not row.shape:
        return f"{source.path} has the shape {shape_of(source).name}, and {where} says {row.shape.name}: correct it"
    head = source.head_text.casefold()
    if row.may_be is not None and not row.may_be(Looked.through(head), source.path):
        return f"{source.path} is not what `may_be` in {where} lets pass: correct it"
    if not any(with_sign((row,), Looked.through(head))):
        signs = " or ".join(f"`{sign}`" for sign in row.signs)
        return f"{source.path} begins without {signs}, the signs in {where}: name one in lower case that it holds"
    return None


def test_a_row_that_keeps_its_own_inputs_out_is_named_with_what_to_correct() -> None:
    source = bytes_source("a.txt", b"Rule Name: A")
    wrong_shape = Reader("x.y", Shape.XML)
    assert unseen(wrong_shape, source) == (
        "a.txt has the shape TEXT, and the row of `x.y` in formats/rows.py says XML: correct it"
    )
    assert unseen(Reader("x.y", Shape.TEXT, ("Rule", "b")), source) == (
        "a.txt begins without `Rule` or `b`, the signs in the row of `x.y` in formats/rows.py: "
        "name one in lower case that it holds"
    )
    assert unseen(Reader("x.y", Shape.TEXT, ("rule",)), source) is None
    assert unseen(Reader("x.y", Shape.TEXT, may_be=begins("[")), source) == (
        "a.txt is not what `may_be` in the row of `x.y` in formats/rows.py lets pass: correct it"
    )


@of_each_format
def test_a_fixture_has_the_signs_of_its_row_and_is_recognised_by_its_format_alone(kind: Format) -> None:
    own = [row for row in rows.READERS if kind in formats_of(row.module)]
    assert bool(own) == (kind.name != "transcript")  # it is made of the others, and each piece has its own format
    for source in sources_of(kind.name):
        assert recognise(source) == kind, source.path
        if own:
            (row,) = [row for row in own if row.shape is shape_of(source)] if len(own) > 1 else own
            if (why := unseen(row, source)) is not None:
                pytest.fail(why, pytrace=False)
            last = {"powershell-json", "error-sentences"}  # they are for what no other is for
            if kind.name in {"declared-documents", "output-strings", "table-cells"}:
                continue  # what stands in it is of another format, whose signs stand there
            others = [each.name for each in all_formats() if each.name not in last and each.recognise(source)]
            assert others == ([] if kind.name in last else [kind.name]), source.path


@cases("name", FORMATS)
def test_most_fixtures_hold_something(name: str) -> None:
    parsed = [FORMATS[name].parse(source) for source in sources_of(name)]
    held = [bool(each.problems) if name in OF_PROBLEMS else not each.is_empty for each in parsed]
    assert sum(held) * 2 > len(held)


@of_each_format
def test_every_place_is_in_the_input(kind: Format) -> None:
    for source in sources_of(kind.name):
        assert misplaced(kind.parse(source), source) == [], source.path


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    lambda data, dice: data[: dice.randrange(len(data))],
    lambda data, dice: data[: (at := dice.randrange(len(data)))] + bytes([dice.randrange(256)]) + data[at + 1 :],
    lambda data, dice: data[: (at := dice.randrange(len(data)))] + bytes(dice.randrange(1, 5)) + data[at:],
    lambda data, dice: data[: (at := dice.randrange(len(data)))] + data[at + dice.randrange(1, 40) :],
    lambda data, dice: data[: (at := dice.randrange(len(data)))] + data[at : at + 200] + data[at:],
)


def damaged(source: Source, number: int) -> Source:
    """The source with one of its files damaged, the same for the same number."""
    dice = random.Random(f"{Path(source.path).name}/{number}")
    files = [bytes_source(part.path, part.read_bytes()) for part in source.all]
    at = dice.randrange(len(files))
    data = files[at].read_bytes()
    files[at] = bytes_source(files[at].path, DAMAGES[number % len(DAMAGES)](data, dice) if data else b"\0")
    return replace(files[0], members=tuple(files[1:]))


def hold_to_damage(kind: Format, source: Source, numbers: range) -> None:
    for number in numbers:
        bad = damaged(source, number)
        parsed = kind.parse(bad)
        assert misplaced(parsed, bad) == [], (source.path, number)
        other = recognise(bad)
        if other not in {None, kind}:
            assert other is not None
            assert misplaced(other.parse(bad), bad) == [], (source.path, number)


@of_each_format
def test_damaged_bytes_never_raise_and_places_stay_in_the_input(
    kind: Format, draw: Draw, pytestconfig: pytest.Config
) -> None:
    for source in drawn(kind, draw, 16):
        hold_to_damage(kind, source, range(1000 if pytestconfig.getoption("--long") else 30))


@of_each_format
def test_lines_that_end_by_cr_alone_say_the_same(kind: Format, draw: Draw) -> None:
    for source in drawn(kind, draw, 6):
        data = source.read_bytes()
        if source.members or shape_of(source) is not Shape.TEXT or data.startswith(BINARY_SIGNATURES) or b"\0" in data:
            continue
        by_lf = replace(source, open_bytes=bytes_source("", data.replace(b"\r\n", b"\n")).open_bytes)
        by_cr = replace(source, open_bytes=bytes_source("", by_lf.read_bytes().replace(b"\n", b"\r")).open_bytes)
        assert recognise(by_cr) == recognise(by_lf), source.path
        assert kind.parse(by_cr) == kind.parse(by_lf), source.path


@of_each_format
def test_lines_that_a_screen_has_filled_and_line_ends_that_were_converted_twice_say_the_same(
    kind: Format, draw: Draw
) -> None:
    for source in drawn(kind, draw, 6):
        data = source.read_bytes()
        if source.members or shape_of(source) is not Shape.TEXT or data.startswith(BINARY_SIGNATURES) or b"\0" in data:
            continue
        lines = [line.rstrip() for line in data.splitlines()]
        if len(lines) < 3 or any(line.endswith((b"^", b"`", b"\\")) for line in lines):
            continue
        plain = replace(source, open_bytes=bytes_source("", b"\r\n".join(lines) + b"\r\n").open_bytes)
        plain = plain.without_frame()
        for end in (b"  \r\n", b"\t\r\n", b"\r\r\n", b" \r\r\n"):
            padded = replace(source, open_bytes=bytes_source("", end.join(lines) + end).open_bytes).without_frame()
            assert recognise(padded) == recognise(plain), (source.path, end)
            assert kind.parse(padded) == kind.parse(plain), (source.path, end)


@of_each_format
def test_a_text_that_is_quoted_whole_as_in_a_mail_says_the_same(kind: Format, draw: Draw) -> None:
    for source in drawn(kind, draw, 6):
        if source.members or shape_of(source) is not Shape.TEXT or source.head.startswith(BINARY_SIGNATURES):
            continue
        text = source.without_frame().read_text()
        plain = bytes_source(source.path, text.encode("utf-8", "surrogateescape"))
        for mark in ("> ", "> > "):
            lines = text.splitlines(keepends=True)
            marked = "".join(f"{mark if line.strip(chr(10)) else mark.rstrip()}{line}" for line in lines)
            quoted = bytes_source(source.path, marked.encode("utf-8", "surrogateescape")).without_frame()
            assert quoted.read_bytes() == plain.read_bytes(), (source.path, mark)
            assert recognise(quoted) == recognise(plain), (source.path, mark)


@of_each_format
def test_the_same_is_read_each_time_and_survives_the_way_between_processes(kind: Format, draw: Draw) -> None:
    for source in drawn(kind, draw, 6):
        parsed = kind.parse(source)
        assert kind.parse(source) == parsed, source.path
        assert pickle.loads(pickle.dumps(parsed)) == parsed, source.path


def written(policy: Policy) -> Policy:
    """What a script can say of a policy: a key is a placeholder, rules have no ids, some objects no commands."""
    sets = (
        auth_set.model_copy(update={"methods": tuple(_without_key(method) for method in auth_set.methods)})
        for auth_set in policy.authentication_sets
    )
    settings = tuple(each.model_copy(update=NO_COMMAND) for each in policy.global_settings)
    update = {"authentication_sets": tuple(sets), "global_settings": settings, **NOT_WRITTEN}
    for rules in ("connection_security_rules", "main_mode_rules"):
        update[rules] = tuple(each.model_copy(update={"id": None}) for each in getattr(policy, rules))
    return policy.model_copy(update=update)


def _without_key(method: AuthenticationMethod) -> AuthenticationMethod:
    key = method.preshared_key
    return method if key is None else method.model_copy(update={"preshared_key": replace(key, value=Secret("key"))})


def named(policy: Policy) -> list[object]:
    """What tells the objects of a policy apart without their ids, and the filters."""
    objects = (*policy.policies, *policy.filter_lists, *policy.connection_security_rules)
    filters = (filter_ for filter_list in policy.filter_lists for filter_ in filter_list.filters)
    return [*sorted((each.kind, each.name) for each in objects), *sorted(filter_[:5] for filter_ in filters)]


@of_each_format
def test_what_can_be_written_as_a_script_is_read_again_the_same(kind: Format) -> None:
    for source in sources_of(kind.name):
        policy = kind.parse(source).policy
        lines = policy_script(policy)
        if isinstance(lines, Unwritable):
            assert lines.reason, source.path
            continue
        parsed = script.parse(bytes_source("made.cmd", "\r\n".join(("@echo off", *lines)).encode()))
        assert parsed.problems == (), source.path
        if any(each.id for each in policy.policies):
            # The registry and the directory name the parts of a policy by GUIDs, which a script has not.
            assert named(parsed.policy) == named(policy), source.path
        else:
            assert differing_fields(written(parsed.policy), written(policy)) == (), source.path


def test_a_format_is_called_shortly_within_a_sentence() -> None:
    assert {kind.name: kind.in_a_sentence for kind in all_formats() if len(kind.in_a_sentence) > 75} == {}


def test_every_format_is_listed_whole(cli: Callable[..., Any]) -> None:
    listed = " ".join(cli("formats").out.split())
    said = {
        name: (f"{name}: {kind.title}", kind.how_to_export, kind.can_express, kind.cannot_express)
        for name, kind in FORMATS.items()
    }
    assert {name for name, texts in said.items() if not all(text.strip() for text in texts)} == set()
    lacking = [(name, text) for name, texts in said.items() for text in texts if " ".join(text.split()) not in listed]
    assert lacking == []


@cases(
    ("error", "said"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "it does not exist"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (SourceError("the share is gone"), "the share is gone"),
    ],
    ids=["missing", "broken", "gone"],
)
def test_an_input_that_cannot_be_opened_is_a_problem(error: Exception, said: str) -> None:
    def fail() -> BinaryIO:
        raise error

    told = {name: kind.parse(Source("x", fail)).problems for name, kind in FORMATS.items()}
    first = {name: (problems[0].code, problems[0].message) for name, problems in told.items()}
    assert first == dict.fromkeys(FORMATS, (ProblemCode.UNREADABLE, said))
    assert {problem.span for problems in told.values() for problem in problems} == {Span("x", 1, 1)}
