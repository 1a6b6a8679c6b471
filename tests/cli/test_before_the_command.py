"""What is done before a command is run, called as the entry point calls it: completion, streams that are closed."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ipseclint.cli import app
from ipseclint.outcome import Exit


@pytest.mark.parametrize(
    ("line", "number", "becomes", "new_number"),
    [
        ("ipseclint policy.cmd --sel", "2", "ipseclint check policy.cmd --sel", "3"),
        ("ipseclint --sel", "1", "ipseclint --sel", "1"),  # still being typed: it may become a command
        ("ipseclint --select ", "2", "ipseclint check --select ", "3"),
        ("ipseclint check --sel", "2", "ipseclint check --sel", "2"),
        ("ipseclint --help ", "2", "ipseclint --help ", "2"),
        ("ipseclint", "0", "ipseclint", "0"),
        ("", "0", "", "0"),
    ],
)
def test_what_follows_a_word_that_is_no_command_is_asked_of_check(
    line: str, number: str, becomes: str, new_number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_IPSECLINT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
    monkeypatch.setenv("COMP_CWORD", number)
    app._complete_as_check()
    assert [os.environ[name] for name in ("COMP_WORDS", "_TYPER_COMPLETE_ARGS", "COMP_CWORD")] == [
        becomes,
        becomes,
        new_number,
    ]
    monkeypatch.delenv("_IPSECLINT_COMPLETE")
    monkeypatch.setenv("COMP_WORDS", line)
    app._complete_as_check()
    assert os.environ["COMP_WORDS"] == line


def test_where_a_shell_does_not_say_at_which_word_it_is_the_first_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_IPSECLINT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "ipseclint policy.cmd ")
    monkeypatch.delenv("COMP_CWORD", raising=False)
    app._complete_as_check()
    assert os.environ["COMP_CWORD"] == "2"


@pytest.mark.parametrize("closed", ["stdout", "stderr", "both", ""])
def test_nothing_is_done_where_there_is_nowhere_to_print(closed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    streams = {name: None if closed in {name, "both"} else io.StringIO() for name in ("stdout", "stderr")}
    with monkeypatch.context() as patch:
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        code = None
        try:
            app._require_open_streams()
        except SystemExit as end:
            code = end.code
    told = f"ipseclint: {closed} is closed; send it to a file or to the null device\n" if closed else ""
    assert code == (2 if closed else None)
    assert [stream.getvalue() for stream in streams.values() if stream is not None] == [
        *([told] if closed not in {"", "both"} else []),
        *(["", ""] if not closed else []),
    ]


def test_what_the_system_refuses_ends_the_run_without_more_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ipseclint"])
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    with pytest.raises(SystemExit) as end:
        app.end_without_output(OSError(28, "No space left on device", "a\n.html"))
    with sys.stdout as nothing:
        assert (end.value.code, nothing.name, nothing.encoding) == (2, os.devnull, "utf-8")
    assert capsys.readouterr().err == "ipseclint: cannot go on: No space left on device (a\\n.html)\n"


def test_a_pipe_that_nobody_reads_takes_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with open(writing, "w", encoding="utf-8") as before:  # noqa: PTH123 - a pipe has no path
        monkeypatch.setattr(sys, "stdout", before)
        app._stop_writing_when_nobody_reads()
        with sys.stdout as pipe:
            assert (pipe is before, pipe.writable(), pipe.fileno(), pipe.encoding) == (False, True, writing, "utf-8")
            pipe.write("read")
            pipe.flush()
            assert os.read(reading, 9) == b"read"
            os.close(reading)
            pipe.write("not read")
            pipe.flush()


def test_a_file_is_written_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("w", encoding="utf-8") as before:
        monkeypatch.setattr(sys, "stdout", before)
        app._stop_writing_when_nobody_reads()
        assert sys.stdout is before


NOT_APART = "paths stand apart, with blanks between"
QUOTES = "the quotes are part of this name"


@pytest.mark.parametrize(
    ("word", "why", "meant"),
    [
        ("a.cmd,b.cmd", NOT_APART, "a.cmd b.cmd"),
        ("a.cmd; b.cmd", NOT_APART, "a.cmd b.cmd"),
        ("a.cmd, b.cmd", NOT_APART, "a.cmd b.cmd"),
        ('"a.cmd","two words.cmd"', NOT_APART, 'a.cmd "two words.cmd"'),
        ("a.cmd,two words.cmd", NOT_APART, 'a.cmd "two words.cmd"'),
        ("'a.cmd'", QUOTES, "a.cmd"),
        ('"a.cmd"', QUOTES, "a.cmd"),
        ("\u201ca.cmd\u201d", QUOTES, "a.cmd"),
        ("'two words.cmd'", QUOTES, '"two words.cmd"'),
    ],
)
def test_several_paths_in_one_word_are_refused(
    word: str, why: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.cmd", "b.cmd", "two words.cmd"):
        (tmp_path / name).touch()
    with pytest.raises(SystemExit) as ended:
        app._refuse_several_in_one(["check", word])
    assert ended.value.code == Exit.USAGE
    assert capsys.readouterr().err == f"ipseclint: no file {word!r}: {why}; did you mean {meant}?\n"
    app._refuse_several_in_one(
        ["a.cmd", "a.cmd,c.cmd", "--select", "a.cmd,b.cmd", "", ",", "a.cmd," + "x" * 5000, "a\0"]
    )
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_key_in_any_word_of_the_command_line_is_masked_where_the_system_names_it(
    at: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["ipseclint", "check", "b.cmd", "c.cmd"]
    words[at] = "netsh advfirewall consec add rule auth1=computerpsk auth1psk=Kan4rie7Q9zX"
    monkeypatch.setattr(sys, "argv", words)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    with pytest.raises(SystemExit):
        app.end_without_output(OSError(28, "No space left on device", "Kan4rie7Q9zX"))
    sys.stdout.close()
    shown = capsys.readouterr().err
    assert "cannot go on" in shown
    assert "Kan4rie7Q9zX" not in shown


def test_what_was_registered_before_is_done_behind_the_program() -> None:
    """The program leaves at once only where nothing else waits for its end."""
    code = (
        "import atexit, sys; atexit.register(print, 'done behind it');"
        "sys.argv = ['ipseclint', 'explain', 'QD002'];"
        "from ipseclint.__main__ import main; main()"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "done behind it"
