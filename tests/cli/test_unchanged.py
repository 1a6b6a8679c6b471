"""The whole answer of a run is given again while nothing that decided it has changed, and only then."""

from __future__ import annotations

import gc
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pytest

from ipseclint import __main__, rules
from ipseclint.cli import app, unchanged
from tests import ROOT
from tests.command_line import Ran

pytestmark = pytest.mark.drawn(6)

POLICY = "netsh advfirewall set global mainmode mmkeylifetime {minutes}min,0sess\r\n"
WAIVER = '[[waiver]]\nrule = "{rule}"\nreason = "known"\nexpires = 2026-12-31\n'
OWN = 'extends = "default"\nid = "own"\nversion = "1"\ntitle = "t"\n'
HEAVY = ("typer", "pydantic", "msgspec", "re", "typing", "ipseclint.cli.app", "ipseclint.finding")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder within a folder, with a policy."""
    place = tmp_path / "site" / "desk"
    place.mkdir(parents=True)
    (place / "policy.cmd").write_text(POLICY.format(minutes=5))
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Ran, bool]]:
    """Runs the entry point with a cache; what it left behind, and whether the program was asked anew."""
    runs: list[object] = []
    run = app.run

    def noting(words: list[str]) -> None:
        runs.append(words)
        run(words)

    monkeypatch.setattr(app, "run", noting)
    monkeypatch.setattr(gc, "set_threshold", lambda *_: None)

    def ask(*words: str, encoding: str = "utf-8", folder: str = "../../kept") -> tuple[Ran, bool]:
        runs.clear()
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2))
        with monkeypatch.context() as patched:
            patched.setattr(sys, "argv", ["ipseclint", *words, *(("--cache", folder) if folder else ())])
            patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(POLICY.format(minutes=6).encode())))
            patched.setattr(sys, "stdout", out)
            patched.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as end:
                __main__.answer()
        texts = [stream.buffer.getvalue().decode(encoding) for stream in (out, err)]  # type: ignore[attr-defined]
        return Ran(int(end.value.code or 0), *texts), bool(runs)

    return ask


Asked = Callable[..., tuple[Ran, bool]]


def test_however_many_runs_a_process_makes_it_is_heard_once(
    desk: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks: list[Callable[..., object]] = []
    monkeypatch.setattr(unchanged, "_LISTENING", [])
    monkeypatch.setattr(sys, "addaudithook", hooks.append)
    for minutes in (5, 6, 7):
        (desk / "policy.cmd").write_text(POLICY.format(minutes=minutes))
        assert asked("policy.cmd")[1]
    assert len(hooks) == 1


@pytest.mark.parametrize("words", [("policy.cmd",), ("check", "-o", "json", "policy.cmd"), (".", "-o", "sarif")])
def test_an_unchanged_run_gives_the_same_answer_and_is_not_made_again(
    desk: Path, asked: Asked, words: tuple[str, ...]
) -> None:
    first, was_asked = asked(*words)
    assert was_asked
    assert first.code == 1
    assert "QD001" in first.out
    assert asked(*words) == (first, False)
    assert asked(*words, "--no-cache") == (first, True)


def test_what_is_given_again_loads_nothing_of_the_program(desk: Path) -> None:
    code = (
        "import sys; sys.argv = ['ipseclint', 'policy.cmd', '--cache', '../kept']\n"
        "from ipseclint.__main__ import main\n"
        "try: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    )
    first, second = (
        subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False, env=env)
        for env in [os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}] * 2
    )
    assert (first.returncode, first.stdout) == (second.returncode, second.stdout) == (1, first.stdout)
    loaded = [set(each.stderr.split()) & set(HEAVY) for each in (first, second)]
    assert loaded == [set(HEAVY), set()]


def _write(place: Path, text: str) -> None:
    place.write_text(text)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda desk: _write(desk / "policy.cmd", POLICY.format(minutes=9)), id="the input"),
        pytest.param(lambda desk: (desk / "policy.cmd").unlink(), id="no input"),
        pytest.param(lambda desk: _write(desk / "ipseclint.toml", 'ignore = ["QD001"]'), id="a configuration"),
        pytest.param(lambda desk: _write(desk.parent / "ipseclint.toml", 'ignore = ["QD001"]'), id="one above"),
        pytest.param(
            lambda desk: _write(desk.parent / "pyproject.toml", '[tool.ipseclint]\nignore = ["QD001"]'), id="a project"
        ),
        pytest.param(lambda desk: _write(desk / "ipseclint-waivers.toml", WAIVER.format(rule="QD001")), id="waivers"),
    ],
)
def test_what_changed_or_came_is_seen(desk: Path, asked: Asked, change: Callable[[Path], None]) -> None:
    before, _ = asked("policy.cmd")
    change(desk)
    after, was_asked = asked("policy.cmd")
    assert was_asked
    assert after != before


@pytest.mark.parametrize(
    ("name", "text", "other", "options"),
    [
        ("ipseclint.toml", "", "[site]\npeers = 20000\n", ()),
        ("ipseclint.toml", 'ignore = ["QD001"]', 'ignore = ["QD002"]', ()),
        ("own.toml", OWN, f"{OWN}[rules.QD001]\nseverity = 'info'\n", ("--ruleset", "own.toml")),
        ("waivers.toml", WAIVER.format(rule="QD001"), WAIVER.format(rule="QD002"), ("--waivers", "waivers.toml")),
    ],
)
def test_what_a_run_is_configured_by_is_part_of_it(
    desk: Path, asked: Asked, name: str, text: str, other: str, options: tuple[str, ...]
) -> None:
    _write(desk / name, text)
    before, _ = asked("policy.cmd", *options)
    assert asked("policy.cmd", *options) == (before, False)
    _write(desk / name, other)
    assert asked("policy.cmd", *options)[1]


def test_a_new_file_in_a_folder_is_seen(desk: Path, asked: Asked) -> None:
    before, _ = asked(".")
    assert asked(".") == (before, False)
    _write(desk / "second.cmd", POLICY.format(minutes=6))
    after, was_asked = asked(".")
    assert was_asked
    assert "second.cmd" in after.out


def test_a_folder_that_holds_the_kept_answers_is_read_each_time(desk: Path, asked: Asked) -> None:
    assert [asked(".", folder="kept")[1] for _ in range(3)] == [True, True, True]


def test_how_a_report_is_shown_and_where_it_is_asked_for_are_part_of_it(
    desk: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked("policy.cmd")
    for name, value in (("COLUMNS", "60"), ("FORCE_COLOR", "1"), ("PYTHONUTF8", "1"), ("LC_ALL", "C")):
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            assert asked("policy.cmd")[1], name
    assert asked("policy.cmd", encoding="cp1252")[1]
    assert not asked("policy.cmd")[1]
    other = desk.parent / "other"
    other.mkdir()
    _write(other / "policy.cmd", POLICY.format(minutes=5))
    monkeypatch.chdir(other)
    assert asked("policy.cmd")[1]


def test_every_variable_that_the_program_reads_is_part_of_it() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "linter" / "ipseclint").rglob("*.py")]
    read = {
        name
        for text in texts
        for name in re.findall(r'environ(?:\.get\(|\[)"(\w+)"|"(\w+)" (?:not )?in os\.environ', text)
    }
    names = {name for pair in read for name in pair if name}
    assert names - {*unchanged._VARIABLES} == {"IPSECLINT_CACHE", "COMP_CWORD", "_IPSECLINT_COMPLETE"}


def test_another_day_is_asked_anew(desk: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(desk / "ipseclint-waivers.toml", WAIVER.format(rule="QD001"))
    asked("policy.cmd")
    assert not asked("policy.cmd")[1]
    monkeypatch.setattr(unchanged, "_today", lambda: "2027-01-01")
    assert asked("policy.cmd")[1]


def test_another_state_of_the_program_is_asked_anew(
    desk: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    libraries = tmp_path / "libraries"
    (libraries / "other-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(libraries))
    asked("policy.cmd")
    assert not asked("policy.cmd")[1]
    (libraries / "other-1.0.dist-info" / "entry_points.txt").write_text("")
    assert asked("policy.cmd")[1]
    (libraries / "other-1.0.dist-info").rename(libraries / "other-1.1.dist-info")
    assert asked("policy.cmd")[1]
    stamp = unchanged._stamp
    for name in ("proposals.py", "default.toml"):
        with monkeypatch.context() as changed:
            changed.setattr(unchanged, "_stamp", lambda path, name=name: (0, 0) if path.endswith(name) else stamp(path))
            assert asked("policy.cmd")[1], name


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:30] + b"?" + data[31:], lambda _: b""])
def test_a_damaged_entry_is_as_if_it_were_not_there(
    desk: Path, asked: Asked, damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    before, _ = asked("policy.cmd")
    entries = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    for entry in entries:
        entry.write_bytes(damage(entry.read_bytes()))
    assert asked("policy.cmd") == (before, True)
    assert asked("policy.cmd") == (before, False)


def test_an_entry_answers_no_other_question(desk: Path, asked: Asked, tmp_path: Path) -> None:
    asked("policy.cmd", "-q")
    asked("policy.cmd")
    answers = [path for path in (tmp_path / "kept").rglob("*") if path.is_file() and b"QD001" in path.read_bytes()]
    assert len(answers) == 2
    first, second = answers
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)
    assert asked("policy.cmd")[1]


@pytest.mark.parametrize(
    "words",
    [
        ("-",),
        ("policy.cmd", "-o", "json:report.json"),
        ("missing.cmd",),
        ("policy.cmd", "--select", "nothing"),
        ("policy.cmd", "--", "policy.cmd"),
        ("empty.cmd",),
    ],
)
def test_what_is_more_than_files_read_and_words_printed_is_asked_each_time(
    desk: Path, asked: Asked, words: tuple[str, ...]
) -> None:
    _write(desk / "empty.cmd", "")
    before, _ = asked(*words)
    assert asked(*words) == (before, True)


def test_a_command_line_of_no_words_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for words in ([], ["--cache"], ["policy.cmd"], ["policy.cmd", "--cache", ""]):
        assert unchanged.kept_answers(words) is None
    monkeypatch.setenv("IPSECLINT_CACHE", "kept")
    assert unchanged.kept_answers([]) is not None


def test_no_answer_is_kept_of_an_input_with_a_key(desk: Path, asked: Asked, tmp_path: Path) -> None:
    rule = (
        'netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requireinrequireout auth1psk="k1"'
    )
    _write(desk / "policy.cmd", rule.replace("auth1psk", "auth1=computerpsk auth1psk"))
    assert [asked("policy.cmd")[1] for _ in range(2)] == [True, True]
    assert [path for path in (tmp_path / "kept").rglob("*") if path.is_file()] == []


def test_an_input_that_changes_while_it_is_checked_is_not_kept(
    desk: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = app.run

    def changing(words: list[str]) -> None:
        try:
            run(words)
        finally:
            _write(desk / "policy.cmd", POLICY.format(minutes=7))

    with monkeypatch.context() as patched:
        patched.setattr(app, "run", changing)
        asked("policy.cmd")
    assert asked("policy.cmd")[1]


def test_runs_at_once_share_the_folder(desk: Path) -> None:
    command = [sys.executable, "-m", "ipseclint", "policy.cmd", "--cache", "../../kept"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    answers = [(*run.communicate(), run.returncode) for run in runs]
    third = subprocess.run(command, capture_output=True, check=False)
    assert answers == [(third.stdout, b"", 1)] * 2


def test_a_reader_that_has_seen_enough_leaves_the_exit_code(desk: Path) -> None:
    command = f"{sys.executable} -m ipseclint policy.cmd -o json --cache ../../kept"
    for _ in range(2):
        ran = subprocess.run(
            ["bash", "-c", f"{command} | true; echo ${{PIPESTATUS[0]}}"], capture_output=True, check=False
        )
        assert (ran.stdout, ran.stderr) == (b"1\n", b"")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"\0", b"\0\0", b"DAY\0x\0\0all is well", b"DAY\x007\0\0"),
        *(b"DAY\x000\0a\0itself\0\0", b"\xff\0\0", b"DAY\x000\0\0\xff"),
    ],
)
def test_an_answer_that_somebody_made_up_is_no_answer(
    desk: Path, asked: Callable[..., tuple[Ran, bool]], body: bytes
) -> None:
    told, _ = asked("policy.cmd")
    entries = [path for path in (desk.parent.parent / "kept").rglob("*") if len(path.name) == 40]
    made_up = body.replace(b"DAY", unchanged._today().encode())
    sealed = 0
    for path in entries:
        mark, data = bytes.fromhex(path.name), path.read_bytes()
        if data[:20] == unchanged._digest(mark + data[20:]):
            path.write_bytes(unchanged._digest(mark + made_up) + made_up)
            sealed += 1
    assert sealed == 1
    assert asked("policy.cmd") == (told, True)


def test_no_answer_is_kept_of_an_input_that_is_written_meanwhile_and_says_the_same(
    desk: Path, asked: Callable[..., tuple[Ran, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = app.run

    def meanwhile(words: list[str]) -> None:
        try:
            run(words)
        finally:
            (desk / "new").write_text(POLICY.format(minutes=5))
            (desk / "new").replace(desk / "policy.cmd")

    with monkeypatch.context() as patched:
        patched.setattr(app, "run", meanwhile)
        asked("policy.cmd")
    assert asked("policy.cmd")[1]


def test_what_cannot_take_its_place_is_not_left_beside_it(desk: Path, asked: Callable[..., tuple[Ran, bool]]) -> None:
    told, _ = asked("policy.cmd")
    kept = desk.parent.parent / "kept"
    for path in [path for path in kept.rglob("*") if len(path.name) == 40]:
        path.unlink()
        path.mkdir()
    before = sorted(kept.rglob("*"))
    assert asked("policy.cmd") == (told, True)
    assert sorted(kept.rglob("*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among files")
def test_a_pipe_in_the_place_of_an_answer_is_none(desk: Path, asked: Callable[..., tuple[Ran, bool]]) -> None:
    told, _ = asked("policy.cmd")
    for path in [path for path in (desk.parent.parent / "kept").rglob("*") if len(path.name) == 40]:
        path.unlink()
        os.mkfifo(path)
    assert asked("policy.cmd") == (told, True)


def test_what_is_neither_file_nor_folder_is_not_known(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    states = {unchanged._state(str(place), within=False) for place in (empty, tmp_path / "none", tmp_path)}
    assert states == {blake2b(digest_size=20).digest(), b"not there: 2", b"folder"}
    assert unchanged._state(os.devnull, within=False) == unchanged._UNKNOWABLE


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of the one where the program lies."""
    place = tmp_path / "home"
    rulesets = unchanged._homes()[1]
    monkeypatch.setattr(unchanged, "_homes", lambda: (str(place), rulesets))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return place


@pytest.mark.parametrize(
    "word", ["QD002", "few-quick-modes-per-main-mode", "13811", "0x35F3", "ERROR_IPSEC_IKE_QM_LIMIT"]
)
def test_what_a_word_means_is_kept_beside_the_program(desk: Path, home: Path, asked: Asked, word: str) -> None:
    first, was_asked = asked("explain", word, folder="")
    assert was_asked
    assert (first.code, first.err) == (0, "")
    os.chdir(desk.parent)
    assert asked("explain", word, folder="") == (first, False)
    assert len(list((home / "__pycache__" / "explained").iterdir())) == 1


def test_a_word_has_one_answer_the_last(home: Path, asked: Asked) -> None:
    utf_8, _ = asked("explain", "QD002", folder="")
    assert asked("explain", "QD002", folder="", encoding="cp1252") == (utf_8, True)
    assert asked("explain", "QD002", folder="") == (utf_8, True)
    assert len(list((home / "__pycache__" / "explained").iterdir())) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("nothing-of-this-name",),
        ("Negotiation request sat in Queue too long",),
        ("-o", "json", "QD002"),
        ("QD002", "."),
    ],
)
def test_no_text_of_a_user_is_kept_beside_the_program(
    desk: Path, home: Path, asked: Asked, words: tuple[str, ...]
) -> None:
    first, _ = asked("explain", *words, folder="")
    assert asked("explain", *words, folder="") == (first, True)
    assert not home.exists() or not [path for path in home.rglob("*") if path.is_file()]


def test_where_python_keeps_nothing_neither_does_explain(
    home: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert asked("explain", "QD002", folder="")[1]
    assert asked("explain", "QD002", folder="")[1]
    assert not home.exists()


def test_what_plugins_say_is_asked_anew(home: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "may_have_plugins", lambda: True)
    assert asked("explain", "QD002", folder="")[1]
    assert asked("explain", "QD002", folder="")[1]


PRINTED = [("ipseclint.printed", ("abc",)), ("ipseclint.kept", ())]


@pytest.mark.parametrize(
    ("told", "is_kept"),
    [
        ([], True),
        ([("ipseclint.printed", ("de",))], True),
        ([("ipseclint.printed", ("def",))], False),  # longer than what is kept
        ([("ipseclint.printed", ("def",)), ("ipseclint.printed", ("",))], False),
        ([("ipseclint.complained", ())], False),
        ([("open", ("policy.cmd", "r", os.O_RDONLY))], True),
        ([("open", (b"policy.cmd", "r", os.O_RDONLY))], True),
        ([("open", ("other.txt", "w", os.O_WRONLY))], False),
        ([("open", ("other.txt", "r+", os.O_RDWR))], False),
        ([("open", ("../../kept/x", "w", os.O_WRONLY))], True),  # its own
        ([("open", ("__pycache__/x.pyc", "w", os.O_WRONLY))], True),
        ([("open", (3, "w", os.O_WRONLY))], True),
        ([("open", (None, "r", os.O_RDONLY))], False),  # nobody knows what that is
        ([("open", ("/dev/zero", "r", os.O_RDONLY))], False),
        ([("os.listdir", (None,))], True),
        ([("os.scandir", ("..",))], True),
        ([("os.scandir", ("../../kept",))], False),
        ([("glob.glob", ("*.cmd", False))], True),
        ([("glob.glob", ("*/a.cmd", False))], False),
        ([("ipseclint.looked-for", ("ipseclint.toml",))], True),
        ([("subprocess.Popen", ("x",))], True),
    ],
)
def test_what_a_run_does_decides_whether_its_answer_is_kept(
    desk: Path, told: list[tuple[str, tuple[object, ...]]], is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "_LISTENING", [])
    monkeypatch.setattr(unchanged, "_MAX_CHARACTERS", 5)
    monkeypatch.setattr(sys, "addaudithook", lambda _hook: None)
    answers = unchanged.Answers(str(desk.parent.parent / "kept"), ["policy.cmd"], "run")
    answers.listen()
    for event, details in (*PRINTED, *told):
        answers.hear(event, details)
    answers.keep(0)
    assert (answers.given() == 0) is is_kept


@pytest.mark.parametrize(("code", "is_whole"), [(0, True), (1, True), (2, False), (None, False), ("x", False)])
def test_of_a_run_that_came_to_no_answer_none_is_kept(
    desk: Path, code: object, is_whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "_LISTENING", [])
    monkeypatch.setattr(sys, "addaudithook", lambda _hook: None)
    for heard in (PRINTED, PRINTED[:1]):
        answers = unchanged.Answers(str(desk.parent.parent / "kept"), ["policy.cmd", repr(heard)], "run")
        answers.listen()
        for event, details in heard:
            answers.hear(event, details)
        answers.keep(code)
        assert answers.given() == (code if is_whole and heard is PRINTED else None)


def test_where_the_working_folder_is_gone_or_nobody_listens_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["policy.cmd", "--cache", "kept"]
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    for stream in ("stdout", "stderr"):
        with monkeypatch.context() as patched:
            patched.setattr(sys, stream, closed)
            assert unchanged.kept_answers(words) is None
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert unchanged.kept_answers(words) is None
