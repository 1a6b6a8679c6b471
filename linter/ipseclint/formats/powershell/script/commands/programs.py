"""Programs run by a script that set policy themselves, netsh, reg and sc, and the cmdlets that do the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.run_files import RunFiles
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.called_files import RUNS_FILE, FileRun, netsh_context
from ipseclint.formats.netsh.command import Command, are_values, without_keys
from ipseclint.formats.netsh.command_words import context_of, only_looks, takes_out
from ipseclint.formats.netsh.hosts import POWERSHELL
from ipseclint.formats.netsh.lexer import Lexer
from ipseclint.formats.netsh.recognition import decoded
from ipseclint.formats.netsh.replays import Replays
from ipseclint.formats.netsh.unfollowed import FED_FROM_ELSEWHERE, UNKNOWN_WORK_OF_NETSH
from ipseclint.formats.netsh.wrappers import command_of_task, option_and_rest
from ipseclint.formats.powershell.script.arguments.binding import Argument, spread
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.commands.adapters import AdapterChanges
from ipseclint.formats.powershell.script.commands.certificates import CertificateImports
from ipseclint.formats.powershell.script.commands.cmd_lines import CommandOfCmd, as_handed_on, commands_of_cmd, cut
from ipseclint.formats.powershell.script.commands.registry import RegistryWrites, options_of, properties_of
from ipseclint.formats.powershell.script.commands.services import ServiceChanges, misspelt_in
from ipseclint.formats.powershell.script.commands.written_files import WrittenFiles
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.flow.running import run_text
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import flat, items_of
from ipseclint.formats.powershell.script.values.value import (
    MAX_WAYS,
    Block,
    Unknown,
    Value,
    Way,
    left_to_fill_in,
    text_of,
)
from ipseclint.late import late
from ipseclint.model.policy import Policy
from ipseclint.source import Source
from ipseclint.vocabulary.ipsec_tools import mention_in

_OF_NET = frozenset({"[", "$", "("})
"""How a call begins that starts a process through .NET."""
_IN_ONE_WORD = re.compile(r"(?:advf|ips)\w*[ \t]", re.IGNORECASE)
"""A whole command in one word, as a variable with blanks in it is handed on."""
_TAG = re.compile(r"[A-Za-z0-9]+(?==)")
_REPLACING = frozenset({"import", "importpolicy", "reset"})
"""Words of netsh that replace a whole policy."""


class Programs:
    """Carries out the programs of one script; `policy`, `services` and `adapters` keep their effects.

    `is_aside`: the last netsh command has nothing to do with IPsec. `takes_out`: the last program takes out rules by
    netsh. `replayed` are the places of the netsh commands
    followed, each with the ways on which it runs; `places` are those of calls of PowerShell.
    """

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics, files: RunFiles) -> None:
        self.registry = RegistryWrites(syntax, diagnostics)
        self.services = ServiceChanges()
        self.adapters = AdapterChanges()
        self.certificates = CertificateImports()
        self.written = WrittenFiles(syntax, files)
        self.is_aside = False
        self.takes_out = False
        self.replayed: list[tuple[int, int, tuple[Way, ...]]] = []
        self.places: list[tuple[int, int]] = []
        self._syntax = syntax
        self._diagnostics = diagnostics
        self._files = files
        self._lexer = Lexer(POWERSHELL, diagnostics, files)
        self._replays = Replays(diagnostics)

    def policy(self) -> Policy:
        """The policy that netsh sets up."""
        return self._lexer.unfollowed.without_certainty(self._replays.finish())

    def run(self, call: Call, evaluator: Evaluator) -> bool:
        """Carry out a program; whether it is one of these, and bears on IPsec."""
        name = call.name.replace("/", "\\").rpartition("\\")[2].removesuffix(".exe")
        if name == "sc" and not call.name.endswith(".exe"):
            return False  # in PowerShell `sc` writes a file
        if name in _OTHER_PROGRAMS:
            call = call._replace(arguments=as_handed_on(call.arguments, self._syntax.text))
        change = _SERVICE_TOOLS.get(name)
        if change is not None:
            called = call._replace(name=name)
            if (slip := misspelt_in(called)) is not None:
                self._diagnostics.not_understood(slip[1], self._syntax.span(slip[0].start, slip[0].end))
            return change(self.services, called, evaluator) or slip is not None
        if name in _IMPORTING:
            return self.certificates.certutil(call) if name == "certutil" else self.certificates.cmdlet(call)
        if name in _ADAPTER_CMDLETS:
            return self.adapters.change(call, evaluator)
        work = _PROGRAMS.get(name)
        return work is not None and work(self, call, evaluator)

    def run_file(self, file: Source, run: FileRun, call: Call, evaluator: Evaluator) -> bool:
        """Carry out the commands of a batch file, or of a file for netsh; whether it is followed."""
        commands = self._lexer.of_file(file, run)
        place = self._syntax.span(call.start, call.end)
        if commands and evaluator.doubts:
            message = "whether this file runs is not known: its commands are not followed"
            self._diagnostics.not_understood(message, place)
            return True
        for command in commands or ():
            self._replay(command)
        if self._lexer.apart or self._lexer.handed_on:
            message = "this file runs scripts of PowerShell, or imports files: they are not followed"
            self._diagnostics.not_understood(message, place)
            self._lexer.apart.clear()
            self._lexer.handed_on.clear()
        return commands is not None

    def netsh(self, call: Call, evaluator: Evaluator) -> bool:
        """Replay a command of netsh with its words as it receives them."""
        filled = [
            each if each.value is None else each._replace(value=left_to_fill_in(each.value)) for each in call.arguments
        ]
        call = call._replace(arguments=filled)
        values = [each.value for each in call.arguments if each.value is not None]
        words = [word for argument in call.arguments for word in self._words(argument)]
        unknown = next((item for value in values for item in flat(value) if item.is_unknown), None)
        if len(words) > 1 and words[-2].word in RUNS_FILE and self._runs_written(words, values, evaluator):
            return True
        command = self._lexer.called(tuple(words))
        if _replaces_policy(words):
            what = "netsh resets or imports a whole policy here: what it leaves is not known"
            self._diagnostics.not_understood(what, self._syntax.span(call.start, call.end))
            return True
        if command is None and call.piped and _takes_typed(words):
            if not self._runs_typed(words, call.piped, evaluator):
                self._diagnostics.not_understood(FED_FROM_ELSEWHERE, self._syntax.span(call.start, call.end))
            return True
        if command is None:
            mention = mention_in(" ".join(word.text for word in words))
            if mention is not None and mention.tool.kind == "another context":
                return False
            if words and _IN_ONE_WORD.match(words[0].text):
                self._diagnostics.not_understood(UNKNOWN_WORK_OF_NETSH, self._syntax.span(call.start, call.end))
                return True
            self.is_aside = bool(words) and _is_of_another_context(words)
            return self.is_aside or (bool(words) and words[0].word[:3] in {"ips", "adv"})
        if only_looks(command.words[0].word):
            self.is_aside = True
            return True
        may_not_run = evaluator.doubts and not command.words[0].word.startswith("ad")
        places = self._places(call, words)
        if places is not None and are_values(places, command.context, command.words):
            self._lexer.unfollowed.fills_in(places, command.words)
            command = replace(command, words=without_keys(places, command.words), variables=places)
            unknown = None
        if unknown is not None or may_not_run:
            place = (call.start, call.end) if unknown is None else (unknown.start, unknown.end)
            why = "whether this command runs" if unknown is None else "a value that is put in here"
            self._diagnostics.not_understood(f"{why} is not known: it is not followed", self._syntax.span(*place))
            self._lexer.unfollowed.keeps(words)
        else:
            self._replay(command)
            self.replayed.append((call.start, call.end, tuple(evaluator.tries.ways[-MAX_WAYS:])))
            if evaluator.doubts:  # another branch or function may make the same, and only one of them run
                refusals = self._diagnostics.refusals
                refusals[:] = [refusal for refusal in refusals if "exists since" not in refusal.reason]
        return True

    def _places(self, call: Call, words: Sequence[Token]) -> tuple[Token, ...] | None:
        """The places of unknown values; None if one of them is more than a value."""
        places: list[Token] = []
        for item in [item for each in call.arguments if each.value is not None for item in flat(each.value)]:
            if not item.is_unknown:
                continue
            place = self._syntax.span(item.start, item.end)
            columns = range(place.column, place.column + place.length)
            inside = [word for word in words if word.line == place.line and word.column in columns]
            if len(inside) != 1 and [word.text for word in inside[1:2]] != ["="]:
                return None
            places.append(inside[-1])
        return tuple(places)

    def _runs_written(self, words: Sequence[Token], values: Sequence[Value], evaluator: Evaluator) -> bool:
        """Run a netsh script file that the script itself wrote; whether it is one."""
        name = self.written.name_of(values[-1]) if values else ""
        lines = None if evaluator.doubts else self._files.written(name)
        if lines is None:
            return False
        self._run_session(lines, netsh_context(words[:-2]))
        return True

    def _runs_typed(self, words: Sequence[Token], piped: Sequence[Value], evaluator: Evaluator) -> bool:
        """Run the lines piped into netsh; whether all of them are known."""
        texts = [item for value in piped for item in flat(value)]
        if evaluator.doubts or any(text.is_unknown for text in texts):
            return False
        self._run_session([line for text in texts for line in self.written.lines(text)], netsh_context(words))
        return True

    def _run_session(self, lines: Iterable[Token], context: str) -> None:
        for command in self._lexer.session([line for line in lines if line.text.strip()], context):
            self._replay(command)

    def _replay(self, command: Command) -> None:
        self._replays.apply(command, self._lexer)
        is_of_rules = command.context in {"advfirewall consec", "advfirewall mainmode"}
        self.takes_out |= is_of_rules and "delete".startswith(command.words[0].word)

    def _words(self, argument: Argument) -> list[Token]:
        """The words of an argument: a tag, its sign and its value are three."""
        name, value = argument.name, argument.value
        place = self._syntax.span(argument.start, argument.end)
        words = [] if name is None else [Token(f"-{name}", self._syntax.path, place.line, place.column)]
        for item in flat(value) if value is not None else ():
            token = self._syntax.token(item)
            if item.is_unknown and token.text[:1] == token.text[-1:] == '"':
                token = token.part(1, len(token.text) - 1)
            match = _TAG.match(token.text)
            if match is None:
                words.append(token)
                continue
            end = match.end()
            words += [token.part(0, end), token.part(end, end + 1)]
            written = self._syntax.text[item.start : item.end]
            is_quoted = len(written) > end + 1 and written[end + 1] in "\"'"
            value_ = token.part(end + 1)
            if item.is_unknown and is_quoted:
                value_ = value_.part(1, max(1, len(value_.text) - 1))
            words.append(replace(value_, quoted=is_quoted))
        return words

    def reg(self, call: Call, _evaluator: Evaluator) -> bool:
        """`reg add` and `reg delete`."""
        values = [item for each in call.arguments if each.value is not None for item in flat(each.value)]
        if len(values) < 2:
            return False
        verb, path = text_of(values[0]).casefold(), values[1]
        options = options_of(values[2:])
        if verb == "add":
            return self.registry.set(
                path, options.get("/v"), options.get("/d"), options.get("/t", _text("reg_sz", path)), drive=False
            )
        if verb == "delete":
            return self.registry.delete(path, [options["/v"]] if "/v" in options else None)
        return False

    def set_item_property(self, call: Call, _evaluator: Evaluator) -> bool:
        """`Set-ItemProperty` and `New-ItemProperty` on a key of the registry, for each that is piped in."""
        bears = False
        for item in call.piped or (None,):
            named, rest = parameters(call)
            own = properties_of(item)
            path = given(named, "path") or given(named, "literalpath") or own.get("path")
            path = path or (rest.pop(0) if rest else None)
            name = (
                given(named, "name") or given(named, "psproperty") or own.get("name") or (rest.pop(0) if rest else None)
            )
            data = given(named, "value") or own.get("value") or (rest.pop(0) if rest else None)
            kind = given(named, "type") or given(named, "propertytype") or own.get("type")
            bears = (path is not None and self.registry.set(path, name, data, kind, drive=True)) or bears
        return bears

    def move(self, call: Call) -> None:
        """Change the current location (`Set-Location` and the like), to which later paths are relative."""
        if call.name == "pop-location":
            self.registry.leave()
        elif call.name in {"set-location", "push-location"}:
            named, rest = parameters(call)
            path = given(named, "path") or given(named, "literalpath") or (rest[0] if rest else None)
            self.registry.enter(path, is_kept=call.name == "push-location")

    def remove_item_property(self, call: Call, _evaluator: Evaluator) -> bool:
        """`Remove-ItemProperty` and `Remove-Item` on a registry key."""
        named, rest = parameters(call)
        path = given(named, "path") or (rest.pop(0) if rest else None)
        name = given(named, "name") or (rest.pop(0) if rest else None)
        return path is not None and self.registry.delete(path, None if name is None else items_of(name))

    def start_process(self, call: Call, evaluator: Evaluator) -> bool:
        """`Start-Process` with one of these programs."""
        named, rest = parameters(call)
        program = given(named, "filepath") or (rest.pop(0) if rest else None)
        arguments = given(named, "argumentlist") or named.get("args") or (rest.pop(0) if rest else None)
        if program is None or text_of(program).casefold().startswith("start-process"):
            return False
        is_of_net = self._syntax.text[call.start : call.start + 1] in _OF_NET
        if is_of_net and cut(arguments) and not program.is_unknown:  # without words it may be told on its input
            self.places += [(call.start, call.end), *((each.start, each.end) for each in call.arguments)]
        name = _of_windows(program.data.ending if isinstance(program.data, Unknown) else text_of(program))
        return self.run(Call(name, cut(arguments), None, call.start, call.end), evaluator)

    def task_action(self, call: Call, evaluator: Evaluator) -> bool:
        """`New-ScheduledTaskAction`, whose command is read as run once if the script registers a task."""
        named, rest = parameters(call)
        program = given(named, "execute") or (rest.pop(0) if rest else None)
        arguments = given(named, "argument") or (rest.pop(0) if rest else None)
        if program is None or _REGISTERS.search(self._syntax.text) is None:
            return False
        return self._runs_later(program, cut(arguments), call, evaluator)

    def schtasks(self, call: Call, evaluator: Evaluator) -> bool:
        """`schtasks /create /tr ...`, whose command is read as run once."""
        values = [item for each in call.arguments if each.value is not None for item in flat(each.value)]
        at = command_of_task([text_of(value) for value in values])
        words = () if at is None else cut(values[at])
        program = words[0].value if words else None
        return program is not None and self._runs_later(program, words[1:], call, evaluator)

    def _runs_later(self, program: Value, words: Sequence[Argument], call: Call, evaluator: Evaluator) -> bool:
        """Carry out the command of a task, unless it takes something out."""
        name = _of_windows(text_of(program))
        texts = [text_of(each.value) for each in words if each.value is not None]
        if program.is_unknown or any(takes_out(text.casefold()) or _TAKES_OUT.search(text) for text in texts):
            return False
        return self.run(Call(name, words, None, call.start, call.end), evaluator)

    def cmd(self, call: Call, evaluator: Evaluator) -> bool:
        """`cmd /c` with these programs, joined as cmd.exe joins commands."""
        values = [item for argument in call.arguments if argument.value is not None for item in flat(argument.value)]
        bears = False
        left: list[tuple[str, CommandOfCmd]] = []
        for line in commands_of_cmd(values):
            program, *arguments = line.arguments
            if program.value is None or program.value.is_unknown:
                continue
            own = call._replace(name=_of_windows(text_of(program.value)), arguments=arguments)
            if line.is_certain and self.run(own, evaluator):
                bears = True
            elif mention_in(" ".join(text_of(each.value) for each in line.arguments if each.value)) is not None:
                why = (
                    "is not followed" if line.is_certain else "runs only if the one before it fails: it is not followed"
                )
                left.append((f"this command of cmd.exe {why}", line))
        if bears or len(left) > 1:
            for why, line in left:
                place = self._syntax.span(line.arguments[0].start, line.arguments[-1].end)
                self._diagnostics.not_understood(why, place)
        return bears or len(left) > 1

    def powershell(self, call: Call, evaluator: Evaluator) -> bool:
        """`powershell` with a script to run: a block, a text, or base64."""
        values: list[Value] = []
        for argument in spread(call.arguments):
            if argument.name is not None:
                values.append(Value(f"-{argument.name}", argument.start, argument.end))
            values += flat(argument.value) if argument.value is not None else ()
        block = next((value.data for value in values if isinstance(value.data, Block)), None)
        if block is not None:
            evaluator.call_block(block, call._replace(arguments=()))
            return True
        option, words = option_and_rest(tuple(self._syntax.token(value) for value in values))
        rest = values[len(values) - len(words) :]
        if not rest or option is None or any(value.is_unknown for value in rest):
            return False
        script: str | None = text_of(rest[0]) if len(rest) == 1 else " ".join(map(text_of, rest))
        if option == "-encodedcommand":
            script = decoded(text_of(rest[0]))
        text = Value(script, rest[0].start, rest[-1].end)
        if run_text(text, call, evaluator, is_dotted=False) is None:
            return False
        self.places.append((call.start, call.end))
        self.is_aside = True  # what its commands do is noted by themselves
        return True


def _replaces_policy(words: Sequence[Token]) -> bool:
    """Whether a command replaces the whole policy."""
    context, rest = context_of(tuple(words), "")
    return context in {"advfirewall", "ipsec static"} and bool(rest) and rest[0].word in _REPLACING


def _takes_typed(words: Sequence[Token]) -> bool:
    """Whether netsh, called with these words, reads commands from its input that may be about IPsec."""
    context, rest = context_of(tuple(words[1:] if words and words[0].word in {"-c", "/c"} else words), "")
    return not rest and (not context or context.startswith(("ipsec", "advfirewall")))


def _is_of_another_context(words: Sequence[Token]) -> bool:
    """Whether the words behind `netsh` lead to a context that has nothing to do with IPsec."""
    context, _ = context_of(tuple(words), "")
    if context == "ras":
        return not any(word.word.startswith("ikev2") for word in words)
    return bool(context) and not context.startswith("ipsec")


def _text(text: str, place: Value) -> Value:
    return Value(text, place.start, place.end)


_PROGRAMS: dict[str, Callable[[Programs, Call, Evaluator], bool]] = {
    "netsh": Programs.netsh,
    "reg": Programs.reg,
    "set-itemproperty": Programs.set_item_property,
    "new-itemproperty": Programs.set_item_property,
    "remove-itemproperty": Programs.remove_item_property,
    "start-process": Programs.start_process,
    "new-scheduledtaskaction": Programs.task_action,
    "schtasks": Programs.schtasks,
    "cmd": Programs.cmd,
    "powershell": Programs.powershell,
    "pwsh": Programs.powershell,
}
"""The function for each program and cmdlet."""

_OTHER_PROGRAMS = frozenset({"netsh", "reg", "sc", "net", "net1", "certutil", "cmd", "powershell", "pwsh"})
"""What is no cmdlet: it receives its words as one line."""
_TAKES_OUT = late(r"\b(?:Remove|Disable|Reset|Clear)-[A-Z]", re.IGNORECASE)
_REGISTERS = late(r"\b(?:Register|Set)-ScheduledTask\b", re.IGNORECASE)
"""What makes a task of its action."""


def _of_windows(name: str) -> str:
    """The folded name of a program as Windows starts it, where `sc` is no alias of a cmdlet."""
    folded = name.strip().casefold()
    return "sc.exe" if folded == "sc" else folded


_IMPORTING = frozenset({"certutil", "import-pfxcertificate", "import-certificate"})
_ADAPTER_CMDLETS = frozenset(f"{verb}-netadapteripsecoffload" for verb in ("enable", "disable", "set"))

_SERVICE_TOOLS: dict[str, Callable[[ServiceChanges, Call, Evaluator], bool]] = {
    "sc": ServiceChanges.sc,
    "net": ServiceChanges.net,
    "net1": ServiceChanges.net,
    "set-service": ServiceChanges.set_service,
    **dict.fromkeys(("stop-service", "suspend-service", "start-service", "restart-service"), ServiceChanges.switch),
}
"""The function for each program or cmdlet that starts, stops or configures services."""
