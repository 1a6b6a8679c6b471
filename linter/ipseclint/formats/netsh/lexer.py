"""Cuts the lines of a script into netsh commands with their context.

The contexts are spelled out in full, whatever the script abbreviates:

    ipsec static, ipsec dynamic
    advfirewall             set global, set store, set ...profile, reset, export, import
    advfirewall consec      add, set, delete and show rule
    advfirewall mainmode
    advfirewall firewall
    advfirewall monitor

`Command.words` begin with the verb as written: for `netsh advfirewall set global ipsec saidletimemin 5` the
context is `advfirewall` and the words are `set`, `global`, `ipsec`, `saidletimemin`, `5`; for
`netsh ipsec static add policy name=P` it is `ipsec static` and `add`, `policy`, `name`, `=`, `P`. Where a
word ends: see `words`.

A command whose effect depends on what a script does not say (a variable, `if`, `for`, another file) is a
Problem and no Command. Commands of other contexts, and lines that do not concern IPsec, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.run_files import RUN_TOO_DEEP, RunFiles
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.call_arguments import CallArguments
from ipseclint.formats.netsh.called_files import NETSH_FILE, FileRun, called_file, file_run, netsh_context
from ipseclint.formats.netsh.calls import Calls
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.command_words import (
    behind_conditions,
    calls_netsh,
    changes_what_is_there,
    is_behind,
    is_followed,
    takes_out,
    without_at,
)
from ipseclint.formats.netsh.flow import (
    CONDITIONS,
    DOUBT,
    ONLY_IF_IT_FAILS,
    Flow,
    labels_run_into,
    sections_by_argument,
    sections_by_failure,
)
from ipseclint.formats.netsh.hosts import BATCH, MAX_LINE_CHARACTERS, NETSH, POWERSHELL, Host
from ipseclint.formats.netsh.labels import CALLS, CALLS_SECTION, LABEL, Course, LinesSoFar, Step, course_of
from ipseclint.formats.netsh.lines import PrintedLines, WholeLines
from ipseclint.formats.netsh.process import CurrentContext
from ipseclint.formats.netsh.unfollowed import WRITES_A_FILE, Unfollowed
from ipseclint.formats.netsh.variables import CHANGES_VARIABLES, Variables
from ipseclint.formats.netsh.words import Part, split_parts
from ipseclint.formats.netsh.wrappers import (
    AS_ANOTHER_USER,
    CHANGES_EARLIER,
    TASKS,
    encoded_script,
    handed_to_powershell,
    program_of,
    unwrapped,
)
from ipseclint.late import late, late_names
from ipseclint.secrets import key_spans
from ipseclint.source import Source, bytes_source, lines_of_text
from ipseclint.vocabulary.ipsec_tools import RUNS_LATER, mention_in, mention_within

if TYPE_CHECKING:
    from ipseclint.formats.netsh.batch_lines import BatchLines
    from ipseclint.formats.netsh.filled_parts import as_run, with_delayed
else:
    as_run, with_delayed = late_names("ipseclint.formats.netsh.filled_parts", "as_run", "with_delayed")

_JUDGED_APART = "the file that it runs is judged by itself, as another input"
_ONLY_PRINTED = "PowerShell prints a block that cmd.exe hands to it, and runs none of it; `& { ... }` would run it"
_CONTROLS = late(r"[ \t]*+\(|[ \t@]*+(?:if|for)", re.IGNORECASE)
"""How a line begins that may be a condition or a loop."""
GOES_BACK = "goes back to a label: what runs again, with other values, is read once"
_TOO_DEEP = "calls a section of this file within itself, too deep or too often: it is not followed"


class Lexer:
    """Reads a script line by line; what it cannot decide is in `diagnostics`.

    `unfollowed` has what was not followed. `handed_on` are scripts passed to PowerShell. `apart` are other files that
    it runs and another reader reads, each with how it is called. `lines_run` are the lines of the files that it runs,
    by path.
    """

    def __init__(
        self,
        host: Host,
        diagnostics: Diagnostics,
        files: RunFiles | None = None,
        unfollowed: Unfollowed | None = None,
        variables: Variables | None = None,
        path: str | None = None,
    ) -> None:
        self.host = host
        self.path = path or diagnostics.path
        self.apart: list[tuple[Source, FileRun]] = []
        self.lines_run: dict[str, list[str]] = {}
        self._run_files = files or RunFiles(bytes_source(diagnostics.path, b""))
        self._first_word: Token | None = None
        self.diagnostics = diagnostics
        self.unfollowed = unfollowed or Unfollowed(diagnostics)
        self._flow = Flow(host)
        self._calls = Calls(self.unfollowed, self._flow)
        self._lines = WholeLines(host, self.path, self._flow, self.unfollowed)
        self._variables = variables or Variables()
        self.unfollowed.stays = self._variables.stays
        self._batch_lines: BatchLines | None = None  # until a condition or a loop is met
        self.handed_on: list[tuple[Token, ...]] = []
        self._is_run = self._has_changed = False
        self._has_quit = False  # the last file that was run ended with all that runs in its process
        self._printed = PrintedLines(self._run_files)
        self._so_far: LinesSoFar | None = None  # until a label is met
        self._course: Course | None = None
        self._told: set[tuple[int, str]] = set()
        self.if_not_added: list[Problem] = []
        self._noted_of_line = 0
        self.taken_back: list[Problem] = []

    @property
    def context(self) -> str:
        """The netsh context of the next line."""
        return self._calls.context.name

    @property
    def at_rest(self) -> bool:
        """Whether the next line is independent: no continuation, block or comment is open, and no jump undecided."""
        is_open = self._is_within or self._calls.context.is_elsewhere
        return not is_open and self._flow.at_rest

    @property
    def _is_within(self) -> bool:
        """Whether the next line is in a loop or a block that does not run, or belongs to an earlier one."""
        return (self._batch_lines or self._lines).is_open

    @property
    def is_plain(self) -> bool:
        """Whether the next line, if it is a plain call of netsh, is nothing more."""
        flow = self._flow
        is_open = flow.is_elsewhere or (flow.may_have_left and flow.owes_word_of_jump)
        return self.at_rest and not (is_open or self._calls.prompt or self._lines.is_remark_open)

    @property
    def continues(self) -> bool:
        """Whether the last line continues on the next."""
        return self._lines.goes_on

    def begin(self, lines: Sequence[str], numbers: Sequence[int] | None = None) -> Iterator[Step] | None:
        """Take all lines of a file, for its jumps; their order, if a batch file calls labels of its own.

        `numbers` are those of its lines, if not consecutive.
        """
        if self.host is not BATCH:
            return None
        self.unfollowed.written_book(zip(numbers or count(1), lines, strict=False), self.path)
        self._flow.by_argument = sections_by_argument(lines)
        self._flow.by_failure = sections_by_failure(lines) if self._flow.by_argument else frozenset()
        has_labels = any(map(LABEL.match, lines))
        self._flow.run_into = labels_run_into(lines) if has_labels else frozenset()
        self._course = course_of(lines) if has_labels else None
        return None if self._course is None else self._course.steps()

    def failed(self) -> None:
        """Note that the last command may have failed."""
        self._flow.failed()
        self.if_not_added.clear()

    @property
    def _noted(self) -> int:
        """How much was noted so far, of problems and of commands that are refused."""
        return self.diagnostics.count + len(self.diagnostics.refusals)

    def settle(self) -> None:
        """Take back what was said of `netsh ... add ... || netsh ... add ...` if all of the line was carried out."""
        if self._noted == self._noted_of_line:
            self.taken_back += self.if_not_added
        self.if_not_added.clear()

    def begin_process(self) -> int:
        """Count a process of netsh."""
        return self._calls.begin_process()

    def adds_again(self, part: Part) -> None:
        """Treat a plain line as a command that adds, like the given part; the same part once more changes nothing."""
        words = without_at(part.words)
        keyword = words[0].text.casefold()
        self._flow.enter(part, keyword, words)
        if self.host is BATCH:
            self._printed.take_block(part, keyword, is_certain=True)
        self._flow.ran("add")

    def pass_over(self, number: int, line: str, arguments: CallArguments | None) -> None:
        """Take a line whose command is carried out elsewhere."""
        if self._so_far is not None:
            self._so_far.take(number, line, arguments)

    def feed(self, number: int, line: str, arguments: CallArguments | None = None) -> list[Command]:
        """The commands completed by this physical line, which is given without its line end.

        `arguments` are those that its section of a batch file is called with.
        """
        if self._flow.open_calls and self._flow.jumps_over(line) and not self._is_within:
            return []
        if line == CALLS:
            self._variables.enter(arguments)
        self._variables.arguments = arguments
        if self.host is BATCH and self._so_far is None and LABEL.match(line):
            self._so_far = LinesSoFar()
        if self._so_far is not None:
            self._so_far.take(number, line, arguments)
        whole = self._lines.take(number, line)
        return [] if whole is None or not whole.text else self._read(whole)

    def end(self) -> list[Command]:
        """The commands of an unfinished continuation at the end of the script."""
        whole = self._lines.end()
        return [] if whole is None else self._read(whole)

    def close(self) -> list[Command]:
        """The last commands at the end of the script; parts that never ran are reported."""
        commands = self.end()
        if self._batch_lines is not None:
            self._batch_lines.close()
        if self.host is BATCH and not self._is_run:
            for line in self._run_files.not_run():
                if mention_in(line.text):
                    self.unfollowed.says(WRITES_A_FILE, line)
        return commands

    def _read(self, line: Token) -> list[Command]:
        if len(line.text) > MAX_LINE_CHARACTERS:
            if self.context or mention_in(line.text):
                message = f"a line of {len(line.text)} characters, more than Windows accepts ({MAX_LINE_CHARACTERS})"
                self.diagnostics.refused(message, line.part(0, 1).span)
            return []
        if self.host is not BATCH:
            return self._read_parts(line)
        if "!" in line.text:
            self._variables.note(line)
        commands = self._of_batch(line)
        if self._has_changed and not self._flow.depth:
            self._has_changed = False
            self._variables.end_command()
        return commands

    def _of_batch(self, line: Token) -> list[Command]:
        """The commands that a line of a batch file runs, with its variables put in."""
        if self._batch_lines is None:
            filled_in = self._variables.expanded_before(line)
            if _CONTROLS.match(filled_in.text) is None:
                return self._read_parts(filled_in)
            from ipseclint.formats.netsh.batch_lines import BatchLines

            self._batch_lines = BatchLines(self._lines, self._flow, self.unfollowed, self._run_files, self._variables)
        self._batch_lines.so_far = self._so_far
        return [command for each in self._batch_lines.carried_out(line) for command in self._read_parts(each)]

    def _read_parts(self, line: Token) -> list[Command]:
        commands: list[Command] = []
        parts = split_parts(line, self.host, self._flow.depth)
        typed = self._printed.typed(parts) if self.host is BATCH and len(parts) > 1 and self._flow.at_rest else None
        if typed is not None:
            return self.session(typed)
        for index, written in enumerate(parts):
            part = self._filled(line, written)
            words = without_at(part.words)
            keyword = _keyword(words)
            if keyword == "rem":
                self._take_remark(words, line, parts[index + 1 :])
                break
            if self._calls.takes(words, self.path):
                commands += self._commands(part, words, "", is_piped=False)
                continue
            doubt = self._flow.enter(part, keyword, words)
            if self.host is BATCH:
                self._printed.take_block(part, keyword, is_certain=not doubt)
            if not words or self._flow.is_elsewhere:
                self._pass_by(words)
                continue
            ran = part
            is_piped = index + 1 < len(parts) and parts[index + 1].separator == "|"
            if self.host is BATCH:
                is_plain = keyword != "call" and "!" not in written.raw and "^" not in written.raw
                ran = part if is_plain else as_run(line, written, part, keyword, self._variables)
                words = without_at(ran.words)
                self._follow_variables(ran, words, is_certain=not doubt, is_piped=is_piped)
            noted = self.diagnostics.count
            self._first_word = words[0]
            of_part = self._commands(ran, words, doubt, is_piped=is_piped)
            if of_part:
                commands += of_part
                self._flow.ran(of_part[-1].words[0].text.casefold())
            if self.diagnostics.count > noted:
                self.unfollowed.keeps(part.words)
            adds = bool(doubt and self._flow.is_skipped and commands) and any(word.word == "add" for word in words[1:5])
            if adds and commands[-1].words[0].word == "add":
                self.if_not_added += [each for each in self.diagnostics.problems[-1:] if each.message == doubt]
        if self.if_not_added:
            self._noted_of_line = self._noted
        return commands

    def _pass_by(self, words: tuple[Token, ...]) -> None:
        """Pass by a command of a section for another call, or say that it runs only if something fails."""
        if self._flow.is_elsewhere and self._flow.is_after_failure and _adds(words):
            self.unfollowed.says(ONLY_IF_IT_FAILS, words[0])

    def _filled(self, line: Token, part: Part) -> Part:
        """A part with what cmd.exe puts in when it runs it."""
        return with_delayed(line, part, self._variables) if self.host is BATCH and "!" in part.raw else part

    def _follow_variables(self, part: Part, words: tuple[Token, ...], *, is_certain: bool, is_piped: bool) -> None:
        """Carry out what a part of a batch file changes of its variables and arguments, or say what it runs again."""
        keyword = _keyword(words)
        if self._so_far is not None and self._so_far.changes(part.raw):
            self.unfollowed.opens(GOES_BACK, words[0])
        if is_piped or part.separator == "|":
            return  # both ends of a pipe run in a process of their own
        if keyword == "shift" or (keyword in CONDITIONS and any(word.word == "shift" for word in words)):
            self._variables.shift(part.raw, is_certain=is_certain and keyword == "shift")
        if keyword in CHANGES_VARIABLES:
            self._has_changed = True
            self._variables.follow(part.raw, keyword, is_certain=is_certain)

    def _take_remark(self, words: tuple[Token, ...], line: Token, behind: Sequence[Part]) -> None:
        """A remark without a word may end at the operator behind it, and what stands there may run."""
        if behind and len(words) == 1:
            self.unfollowed.line(line)

    def session(self, lines: list[Token], begins_in: str = "") -> list[Command]:
        """The commands in lines read by one process of netsh that starts in a context."""
        host, context = self.host, self._calls.context
        self.host, self._calls.context = NETSH, CurrentContext(self.unfollowed, begins_in)
        self.begin_process()
        commands = [command for line in lines for command in self._read(line)]
        self.host, self._calls.context = host, context
        return commands

    def _commands(self, part: Part, words: tuple[Token, ...], doubt: str, *, is_piped: bool) -> list[Command]:
        """The commands of a part, also behind a wrapper."""
        words = behind_conditions(words)
        if not words:
            return []
        may_call = words[0].word == "call" or (doubt and words[0].word in CONDITIONS)
        if may_call and self._course is not None and (call := CALLS_SECTION.search(part.raw)):
            return self._section(self._course, call, words[0], doubt)
        if self._run_files.has_any and (ran := self._run_file(words, doubt)) is not None:
            return ran
        at_prompt = self._calls.prompt is not None and self._calls.context.takes(words)
        if self.host is BATCH and words[0].word == "set" and not doubt and not self._flow.depth and not at_prompt:
            return []  # wherever the variable is put in, the line is read with what it holds
        if self.host is BATCH:
            if not calls_netsh(words[0].text):
                held = self._handed_on(part, words, doubt, is_piped=is_piped)
            else:
                held = None if doubt else self._read_by_netsh(part, words)
            if held is not None:
                return held
        if words[0].word in CONDITIONS and self._calls.decides_on_no_concern(part, words):
            return []
        command = self._calls.command(part, words, self.host, doubt, is_piped=is_piped)
        return [] if command is None else [command]

    def _handed_on(self, part: Part, words: tuple[Token, ...], doubt: str, *, is_piped: bool) -> list[Command] | None:
        """The commands that another program passes on, or writes to a file; None if it does neither."""
        if not doubt and self._hands_on(part, words):
            return []
        inner = unwrapped(part, words)
        if inner is not None and all(
            is_followed(inside) or self._runs_known_file(inside) or not mention_in(piece.raw) for piece, inside in inner
        ):
            within = [
                command
                for piece, inside in inner
                for command in self._commands(piece, inside, doubt, is_piped=is_piped)
            ]
            program = program_of(words[0].text)
            if program == TASKS:
                return self._later(words[0], within)
            return self._answered(words[0], within) if program in AS_ANOTHER_USER else within
        return [] if not doubt and self._printed.keeps(part, words) else None

    def _read_by_netsh(self, part: Part, words: tuple[Token, ...]) -> list[Command] | None:
        """The commands that netsh reads from what this script printed; None if it reads nothing."""
        read = self._printed.read_by(part, words)
        return None if read is None else self.session(read[0], netsh_context(read[1]))

    def _later(self, first: Token, commands: list[Command]) -> list[Command]:
        """The commands of a task, read as run once; what it takes out is not followed."""
        kept = [each for each in commands if not takes_out(each.words[0].text.casefold())]
        if len(kept) < len(commands):
            self.unfollowed.says(RUNS_LATER.format(quoted(first.text)), first)
        return kept

    def _answered(self, first: Token, commands: list[Command]) -> list[Command]:
        """The commands behind a program with a prompt that change nothing existing; the others may not run."""
        verbs = [command.words[0].text.casefold() for command in commands]
        kept = [each for each, verb in zip(commands, verbs, strict=True) if not changes_what_is_there(verb)]
        if len(kept) < len(commands):
            message = f"{DOUBT} behind {quoted(first.text)}, which asks first: whether it runs is not known"
            self.unfollowed.says(message, first)
        return kept

    def _section(self, course: Course, call: re.Match[str], word: Token, doubt: str) -> list[Command]:
        """The commands of the section that is called, if the call surely runs."""
        label = call[1].casefold()
        steps = None if doubt else course.called(label, call[2])
        if steps is None:
            message = f"{doubt}: the section that it calls is not followed" if doubt else _TOO_DEEP
            self._has_changed = True
            self._variables.forget(course.set_in(label))
            if (word.line, message) not in self._told and course.concerns_ipsec(label):
                self._told.add((word.line, message))
                self.unfollowed.opens(message, word)
            return []
        arguments = self._variables.arguments
        with self._flow.apart(), self._variables.within_command():
            commands = [command for step in steps for command in self.feed(*step)]
        self._variables.arguments = arguments
        self._has_changed = True
        return commands

    def _runs_known_file(self, words: tuple[Token, ...]) -> bool:
        """Whether a command runs a file that this script has written, or another of this run."""
        run = file_run(words) if self._run_files.has_any else None
        return run is not None and called_file(run, self._run_files, self.path) is not None

    def _run_file(self, words: tuple[Token, ...], doubt: str) -> list[Command] | None:
        """The commands of another file of this run that a command runs; None if it runs none that is known."""
        run = file_run(words, within_netsh=self.host is NETSH) if self.host is not POWERSHELL else None
        if run is None and doubt and words[0].word in CONDITIONS:
            run = next(filter(None, (file_run(words[at:]) for at in range(1, len(words)))), None)
        file = None if run is None else called_file(run, self._run_files, self.path)
        if run is None or file is None:
            return None
        if doubt:
            is_written = self._run_files.is_written(file)
            how = "what it has written and runs is not followed" if is_written else _JUDGED_APART
            self.unfollowed.says(f"{doubt}: {how}", words[0])
            return []
        commands = self.of_file(file, run)
        if commands is None:
            self.unfollowed.opens(RUN_TOO_DEEP, words[0])
        elif run.ending == ".cmd" and words[0] == self._first_word and (words[0].word != "call" or self._has_quit):
            self._flow.hand_over(quits=self._has_quit)
        return commands or []

    def of_file(self, file: Source, run: FileRun) -> list[Command] | None:
        """The commands of a file that is run, in order; None if it is not followed."""
        if run.ending not in {".cmd", NETSH_FILE}:
            self._run_files.will_run(file)
            self.apart.append((file, run))
            return []
        with self._run_files.running(file) as text:
            if text is None:
                return None
            host, variables = (BATCH, self._variables) if run.ending == ".cmd" else (NETSH, None)
            inner = Lexer(host, self.diagnostics, self._run_files, self.unfollowed, variables, file.path)
            inner.apart, inner.lines_run, inner.handed_on = self.apart, self.lines_run, self.handed_on
            inner._is_run, inner._calls.process = True, self._calls.process
            arguments = self._variables.arguments
            if run.ending == ".cmd":
                inner._flow.may_have_left = self._flow.may_have_left
                inner._flow.may_have_failed = self._flow.may_have_failed
            else:
                inner._calls.context.name = run.context
                inner.begin_process()
            self.diagnostics.secrets += key_spans(text, file.path)
            lines = lines_of_text(text)
            if not self._run_files.is_written(file):
                self.lines_run[file.path] = lines
            with self._variables.within_file():
                self._variables.enter(given := CallArguments(" ".join(run.arguments)))
                commands = inner._whole(lines, given, self._run_files.numbers_of(file))
            self._variables.arguments = arguments
            self._calls.process, self._has_quit = inner._calls.process, inner._flow.has_quit
            return commands

    def _whole(self, lines: list[str], arguments: CallArguments, numbers: list[int] | None) -> list[Command]:
        """The commands of a file that is run with arguments; `numbers` are its line numbers, if not consecutive."""
        course = self.begin(lines, numbers)
        steps = course or ((number, line, None) for number, line in enumerate(lines, start=1))
        commands = [
            command
            for number, line, given in steps
            for command in self.feed(
                number if numbers is None else numbers[number - 1], line, arguments if given is None else given
            )
        ]
        return commands + self.close()

    def _hands_on(self, part: Part, words: tuple[Token, ...]) -> bool:
        """Record a script passed to PowerShell, if it concerns IPsec and is known; whether it was recorded."""
        encoded = encoded_script(words)  # which PowerShell decodes, where it is called in a script of its own
        script = handed_to_powershell(words) if encoded is None else _without_padding(words) if encoded else None
        if script is None or any(is_behind(each, words[0], True) for each in part.variables):
            return False
        mention = mention_within(encoded or " ".join(word.text for word in script))
        if mention is None or (mention.tool.kind == "netsh" and encoded is None):
            return False
        if encoded and CHANGES_EARLIER.search(encoded) is not None:
            return False
        if script[0].text.startswith("{"):
            self.unfollowed.says(_ONLY_PRINTED, script[0])
            return True
        self.handed_on.append(script)
        self._flow.ran("set")  # PowerShell ends with 0 where its command did what it says
        return True

    def called(self, words: tuple[Token, ...]) -> Command | None:
        """The command of a netsh call, given the words that netsh receives; None for one that is not read."""
        return self._calls.called(words)


def _without_padding(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """Words without the signs at the end of base64, at which cmd.exe parts words."""
    return tuple(word for word in words if word.text != "=")


def _adds(words: tuple[Token, ...]) -> bool:
    """Whether a command adds policy, whatever stands before it."""
    return any(word.word == "add" for word in words) and mention_in(" ".join(word.text for word in words)) is not None


def _keyword(words: tuple[Token, ...]) -> str:
    """The folded name of a command; cmd.exe takes `set/a` as `set /a`."""
    keyword = words[0].text.casefold() if words else ""
    return "set" if keyword.startswith("set/") else keyword
