"""Files of the same run that a script runs: they are followed where it runs them.

Source: about_Scripts (a script that is dot-sourced runs in the scope of its caller), about_PowerShell_exe.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch

from tree_sitter import Node

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.run_files import (
    BATCH_ENDINGS,
    HERE,
    RUN_TOO_DEEP,
    SEVERAL_ON_A_LINE,
    RunFiles,
    file_name,
    folded,
    modules_in,
    modules_of,
)
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.called_files import NETSH_FILE, RUNS_FILE, FileRun, netsh_context
from ipseclint.formats.netsh.wrappers import SHELLS
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters, path_given
from ipseclint.formats.powershell.script.commands.cmd_lines import cut
from ipseclint.formats.powershell.script.commands.programs import Programs
from ipseclint.formats.powershell.script.evaluator import DOTS, Call, Evaluator
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.nodes import core_of, statements_in, within
from ipseclint.formats.powershell.script.unfollowed import MODULE_NOT_READ
from ipseclint.formats.powershell.script.values.expressions import value_of
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.text_objects import from_csv
from ipseclint.formats.powershell.script.values.value import (
    Table,
    Value,
    joined_lines,
    text_of,
)
from ipseclint.formats.registry import reg_text
from ipseclint.late import late
from ipseclint.secrets import key_spans
from ipseclint.source import Source, lines_of_text

LINES_OF_A_STEP = 8
"""How many lines of a file are read for one step (reasoned: it takes as long)."""
_SCRIPTS = (".ps1", ".psm1")
_SWITCHES = frozenset({"raw", "r", "recurse", "file", "directory", "force", "hidden", "readonly", "system", "name"})
_BRINGS_IN = frozenset({"import-module", "using"})
_MANIFEST = ".psd1"
_CALLED = late(r"[&.][ \t]{0,8}(?:\$\{?(\w{1,100})\}?(?=[\s;|)]|\Z)|\"([^\"\n]{1,300})\")")


def first_line(text: str, at: int = 0) -> int:
    """The number, from 1, of the first line that is not blank, from an offset on."""
    return 1 + text.count("\n", 0, len(text) - len(text[at:].lstrip()))


class RunScripts:
    """Follows the files that a script runs; `places` are the offsets of the commands that ran one.

    `registry_files` were imported; `imported` are the places of those that the script itself wrote.
    """

    def __init__(self, files: RunFiles, syntax: Syntax, diagnostics: Diagnostics, programs: Programs) -> None:
        self.places: list[tuple[int, int]] = []
        self.registry_files: list[Parsed] = []
        self.imported: set[tuple[str, int]] = set()
        self._files = files
        self._syntax = syntax
        self._diagnostics = diagnostics
        self._programs = programs
        self._roots: dict[int, list[Node]] = {}
        self._data: dict[int, tuple[int, int]] = {}

    def run(self, call: Call, written: str, evaluator: Evaluator) -> list[Value] | None:
        """The output of a command that runs another file; None if it runs none that is known.

        `written` is the command's name as written, with its folder.
        """
        if not self._files.has_any:
            return None
        if (looks := _LOOKS.get(call.name)) is not None:
            return looks(self, call, evaluator)
        written = written or self._called(call, evaluator)
        naming = self._syntax.span(call.start, call.end).path
        is_started = call.name == "start-process"
        if is_started and (started := _started(call)) is not None:
            call, written = started, started.name
        for run in self._runs(call, written):
            file = self._files.named(run.written, naming)
            if file is None:
                continue
            if is_started and file.path == naming and not self._files.is_written(file):
                continue  # it starts itself once more, with more rights
            self.places.append((call.start, call.end))
            return self._followed(file, run, call, evaluator)
        return None

    def is_there(self, call: Call, _evaluator: Evaluator) -> list[Value] | None:
        """True for `Test-Path` on a file of this run; None for another, since that is unknown."""
        is_there = self._named_by(call) is not None
        return [Value(True, call.start, call.end)] if is_there else None

    def _named_by(self, call: Call) -> Source | None:
        """The file of this run at the path that a command is given."""
        named, rest = parameters(_without_switches(call))
        path = path_given(named, rest)
        if path is None or path.is_unknown:
            return None
        return self._files.named(text_of(path), self._syntax.span(call.start, call.end).path)

    def _lines_of(self, call: Call) -> list[Value] | None:
        """The lines of such a file, each with its place in it."""
        file = self._named_by(call)
        if file is None:
            return None
        if id(file) not in self._data:
            text = self._files.read(file)
            if text is None:
                return None
            self._diagnostics.secrets += key_spans(text, file.path)
            lines = lines_of_text(text)
            lines = lines[:-1] if lines and not lines[-1] else lines
            self._data[id(file)] = self._syntax.append_data("\n".join(lines), file.path)
        at, end = self._data[id(file)]
        values = []
        for line in self._syntax.text[at:end].split("\n"):
            values.append(Value(line, at, at + len(line)))
            at += len(line) + 1
        return values

    def content(self, call: Call, evaluator: Evaluator) -> list[Value] | None:
        """The output of `Get-Content` for such a file."""
        lines = self._lines_of(call)
        if lines is None:
            return None
        evaluator.step(len(lines) // LINES_OF_A_STEP)
        is_raw = any(argument.name is not None and argument.name.casefold() == "raw" for argument in call.arguments)
        whole = joined_lines(lines) if is_raw else None
        return lines if whole is None else [whole]

    def table(self, call: Call, evaluator: Evaluator) -> list[Value] | None:
        """The output of `Import-Csv` for such a file; unknown if the script names the columns."""
        named, _ = parameters(call)
        lines = self._lines_of(call) if given(named, "header") is None else None
        if lines is None:
            return None
        evaluator.step(len(lines) // LINES_OF_A_STEP)
        separator = given(named, "delimiter")
        options = [] if separator is None else [Argument("delimiter", separator, separator.start, separator.end)]
        return from_csv(call._replace(arguments=options, piped=lines), evaluator)

    def data(self, call: Call, evaluator: Evaluator) -> list[Value] | None:
        """The output of `Import-PowerShellDataFile` for such a file: its table of constants."""
        file = self._named_by(call)
        return None if file is None else self._values_in(file, evaluator)

    def localized(self, call: Call, evaluator: Evaluator) -> list[Value] | None:
        """The output of `Import-LocalizedData` for such a file, or its effect on the variable it names."""
        named, rest = parameters(call)
        variable = given(named, "bindingvariable") or next(iter(rest), None)
        name, folder = given(named, "filename"), given(named, "basedirectory")
        if name is None or name.is_unknown or (folder is not None and folder.is_unknown):
            return None
        path = text_of(name) if text_of(name).casefold().endswith(_MANIFEST) else text_of(name) + _MANIFEST
        path = path if folder is None else f"{text_of(folder)}\\{path}"
        file = self._files.named(path, self._syntax.span(call.start, call.end).path)
        values = None if file is None else self._values_in(file, evaluator)
        if values is None or variable is None or variable.is_unknown:
            return values
        evaluator.assign(text_of(variable).casefold(), values[0])
        return []

    def _values_in(self, file: Source, evaluator: Evaluator) -> list[Value] | None:
        """The table in a data file; None for one with more, which Windows would refuse."""
        if id(file) not in self._roots:
            text = self._files.read(file)
            if text is None:
                return None
            self._diagnostics.secrets += key_spans(text, file.path)
            self._roots[id(file)] = self._syntax.append(text, file.path)
        nodes = [statement for root in self._roots[id(file)] for statement in statements_in(root)]
        tables = [node for node in nodes if core_of(node).type == "hash_literal_expression"]
        if len(tables) != 1 or next(within(tables[0], "command", in_blocks=True), None) is not None:
            return None
        return [value_of(core_of(tables[0]), evaluator)]

    def listed(self, call: Call, _evaluator: Evaluator) -> list[Value] | None:
        """The output of `Get-ChildItem`: files of this run, by name; None if it finds none."""
        named, rest = parameters(_without_switches(call))
        path = path_given(named, rest)
        filters = [given(named, "filter"), given(named, "include"), *rest]
        if any(each is not None and each.is_unknown for each in (path, *filters)):
            return None
        folder = "." if path is None else text_of(path).replace("/", "\\")
        patterns = [text_of(item) for each in filters if each is not None for item in flat(each)]
        if "*" in folder:
            folder, _, last = folder.rpartition("\\")
            patterns.append(last)
        is_deep = any((each.name or "").casefold() in {"r", "recurse"} for each in call.arguments)
        naming = self._syntax.span(call.start, call.end).path
        found = []
        for path_below, file in self._files.below(folder or ".", naming):
            name = file.path.replace("\\", "/").rpartition("/")[2]
            is_asked = all(fnmatch(name.casefold(), each.casefold()) for each in patterns)
            if is_asked and file.path != naming and (is_deep or "/" not in path_below):
                from_here = posixpath.relpath(folded(file.path), posixpath.dirname(folded(naming)) or ".")
                found.append(_file_value(name, from_here, call))
        return found or None

    def _followed(self, file: Source, run: FileRun, call: Call, evaluator: Evaluator) -> list[Value]:
        if run.ending in {".cmd", NETSH_FILE}:
            if not self._programs.netsh.run_file(file, run, call, evaluator):
                self._say_not_followed(call)
            return []
        with self._files.running(file) as text:
            if text is None:
                self._say_not_followed(call)
                return []
            if self._files.numbers_of(file) is not None:
                self._diagnostics.not_understood(SEVERAL_ON_A_LINE, self._syntax.span(call.start, call.end))
                return []
            self._diagnostics.secrets += key_spans(text, file.path)
            if run.ending == ".reg":
                self.registry_files.append(reg_text.parse(file))
                self.imported.add((file.path, first_line(text)))
                if evaluator.doubts:
                    message = "whether this file is imported is not known: it is read as if it were"
                    self._diagnostics.not_understood(message, self._syntax.span(call.start, call.end))
                return []
            if file.path.casefold().endswith(_MANIFEST):
                inner = {name: self._files.named(name, file.path) for name in modules_in(text)}
                if any(each is None and name.casefold().endswith(_SCRIPTS) for name, each in inner.items()):
                    self._diagnostics.not_understood(MODULE_NOT_READ, self._syntax.span(call.start, call.end))
                script = FileRun("", ".ps1")
                found = [each for each in inner.values() if each is not None]
                return [value for each in found for value in self._followed(each, script, call, evaluator)]
            if id(file) not in self._roots:
                self._roots[id(file)] = self._syntax.append(text, file.path)
            is_dotted = self._syntax.text[call.start : call.start + 2] in DOTS
            roots = self._roots[id(file)]
            if call.name.removesuffix(".exe") in SHELLS:
                call = call._replace(arguments=_behind(run.written, call.arguments))
            if call.name in _BRINGS_IN:
                return evaluator.run_module(roots)
            return [value for root in roots for value in evaluator.run_file(root, call, is_dotted=is_dotted)]

    def _called(self, call: Call, evaluator: Evaluator) -> str:
        """The name of the file called by an unknown value: the script may run a file that it wrote."""
        match = _CALLED.match(self._syntax.text, call.start, call.end)
        if match is None:
            return ""
        value = evaluator.look_up(match[1].casefold()) if match[1] else None
        return file_name(match[2] or "") if value is None else self._programs.written.name_of(value)

    def _runs(self, call: Call, written: str) -> Iterator[FileRun]:
        """The files that a command may run."""
        program = call.name.rpartition("/")[2].removesuffix(".exe")
        values = [item for each in call.arguments if each.value is not None for item in flat(each.value)]
        texts = [self._programs.written.name_of(value) if value.is_unknown else text_of(value) for value in values]
        words = [text.casefold() for text in texts]
        if written.casefold().endswith(_SCRIPTS):
            yield FileRun(written, ".ps1")
        elif written.casefold().endswith(BATCH_ENDINGS):
            yield FileRun(written, ".cmd", tuple(texts))
        elif program == "import-module" or (program == "using" and words[:1] == ["module"]):
            yield from (FileRun(name, ".ps1") for text in texts if text for name in modules_of(text))
        elif program in SHELLS:
            named, rest = parameters(call)
            file = given(named, "file") or next(iter(rest), None)
            path = "" if file is None else self._programs.written.name_of(file) if file.is_unknown else text_of(file)
            if path.casefold().endswith(_SCRIPTS):
                yield FileRun(path, ".ps1")
        elif program == "cmd" and words[:1] in (["/c"], ["/k"]):
            parts = " ".join(texts[1:]).replace('"', "").split()
            parts = parts[1:] if parts[:1] == ["call"] else parts
            if parts and parts[0].casefold().endswith(BATCH_ENDINGS):
                yield FileRun(parts[0], ".cmd", tuple(parts[1:]))
        elif program == "netsh" and texts:
            options = {(each.name or "").casefold() for each in call.arguments}
            if options & {"f", "a"} or RUNS_FILE & set(words[-2:-1]):
                before = [Token(text, "", 1, 1) for text in texts[:-1] if text.casefold() not in RUNS_FILE]
                yield FileRun(texts[-1], NETSH_FILE, context=netsh_context(before))
        elif (program == "reg" and words[:1] == ["import"] and len(texts) > 1) or (program == "regedit" and texts):
            yield FileRun(texts[1] if program == "reg" else texts[-1], ".reg")

    def _say_not_followed(self, call: Call) -> None:
        self._diagnostics.not_understood(RUN_TOO_DEEP, self._syntax.span(call.start, call.end))


def _started(call: Call) -> Call | None:
    """The command that `Start-Process` starts; None if unknown."""
    named, rest = parameters(call)
    program = given(named, "filepath") or (rest.pop(0) if rest else None)
    if program is None or program.is_unknown:
        return None
    arguments: list[Argument] = []
    for argument in cut(given(named, "argumentlist") or next(iter(rest), None)):
        text = "" if argument.value is None or argument.value.is_unknown else text_of(argument.value)
        is_option = len(text) > 1 and text.startswith("-")
        arguments.append(argument._replace(name=text[1:], value=None) if is_option else argument)
    return call._replace(name=text_of(program).strip().casefold(), arguments=arguments)


def _behind(written: str, arguments: Sequence[Argument]) -> Sequence[Argument]:
    """The arguments behind the one that names the file."""
    for index, argument in enumerate(arguments):
        if argument.value is not None and not argument.value.is_unknown and text_of(argument.value) == written:
            return arguments[index + 1 :]
    return arguments


def _without_switches(call: Call) -> Call:
    """A command without its switches, so that the value behind one counts as positional."""
    arguments = [each for each in call.arguments if (each.name or "").casefold() not in _SWITCHES]
    return call._replace(arguments=arguments)


def _file_value(name: str, inner: str, call: Call) -> Value:
    """A file as an object with the properties that name it."""
    base, _, ending = name.rpartition(".")
    texts = {"fullname": f"{HERE}/{inner}", "name": name, "basename": base, "extension": f".{ending}"}
    return Value(Table({key: Value(text, call.start, call.end) for key, text in texts.items()}), call.start, call.end)


_LOOKS: dict[str, Callable[[RunScripts, Call, Evaluator], list[Value] | None]] = {
    "test-path": RunScripts.is_there,
    "get-content": RunScripts.content,
    "import-csv": RunScripts.table,
    "get-childitem": RunScripts.listed,
    "import-powershelldatafile": RunScripts.data,
    "import-localizeddata": RunScripts.localized,
}
"""What looks at files of the run and runs none."""
