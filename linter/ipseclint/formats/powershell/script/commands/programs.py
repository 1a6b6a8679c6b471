"""Programs run by a script that set policy themselves, netsh, reg, sc, auditpol, and the cmdlets that do the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.run_files import RunFiles
from ipseclint.formats.netsh.command_words import takes_out
from ipseclint.formats.netsh.recognition import decoded
from ipseclint.formats.netsh.wrappers import command_of_task, option_and_rest
from ipseclint.formats.powershell.script.arguments.binding import Argument, spread
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters, path_given
from ipseclint.formats.powershell.script.commands.adapters import AdapterChanges
from ipseclint.formats.powershell.script.commands.audited import AuditChanges
from ipseclint.formats.powershell.script.commands.certificates import CertificateImports
from ipseclint.formats.powershell.script.commands.cmd_lines import CommandOfCmd, as_handed_on, commands_of_cmd, cut
from ipseclint.formats.powershell.script.commands.netsh_calls import NetshCalls
from ipseclint.formats.powershell.script.commands.registry import RegistryWrites, options_of, properties_of
from ipseclint.formats.powershell.script.commands.services import ServiceChanges, misspelt_in, unnamed_in
from ipseclint.formats.powershell.script.commands.written_files import WrittenFiles
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.flow.running import run_text
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import flat, items_of
from ipseclint.formats.powershell.script.values.value import Block, Unknown, Value, text_of
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_in
from ipseclint.vocabulary.services import UNNAMED

_PICKS = late(r"[*?\[]")
"""What makes a path or a name of several: a wildcard."""
_OWE_VALUE = frozenset({"/v", "/t", "/d"})
"""The switches of `reg` behind which a value stands."""
_OF_NET = frozenset({"[", "$", "("})
"""How a call begins that starts a process through .NET."""


class Programs:
    """Carries out the programs of one script; `netsh`, `services` and `adapters` keep their effects.

    `places` are those of calls of PowerShell.
    """

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics, files: RunFiles) -> None:
        self.registry = RegistryWrites(syntax, diagnostics)
        self.services = ServiceChanges()
        self.adapters = AdapterChanges()
        self.certificates = CertificateImports()
        self.audited = AuditChanges(syntax, diagnostics)
        self.written = WrittenFiles(syntax, files)
        self.netsh = NetshCalls(syntax, diagnostics, files, self.written)
        self._is_noted_apart = False
        self.places: list[tuple[int, int]] = []
        self._syntax = syntax
        self._diagnostics = diagnostics

    @property
    def is_aside(self) -> bool:
        """Whether the last program has nothing to do with IPsec itself: what it runs is noted by itself."""
        return self._is_noted_apart or self.netsh.is_aside

    def forget_last(self) -> None:
        """Forget what the last program did."""
        self.services.only_starts = self._is_noted_apart = self.netsh.is_aside = False
        self.netsh.aims = ()

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
            if (unnamed := unnamed_in(called, self._syntax)) is not None:
                self._diagnostics.not_understood(UNNAMED, self._syntax.span(unnamed.start, unnamed.end))
            return change(self.services, called, evaluator) or slip is not None
        if name in _IMPORTING:
            return self.certificates.certutil(call) if name == "certutil" else self.certificates.cmdlet(call)
        if name in _ADAPTER_CMDLETS:
            return self.adapters.change(call, evaluator)
        work = _PROGRAMS.get(name)
        return work is not None and work(self, call, evaluator)

    def reg(self, call: Call, _evaluator: Evaluator) -> bool:
        """`reg add` and `reg delete`."""
        values = [item for each in call.arguments if each.value is not None for item in flat(each.value)]
        if len(values) < 2:
            return False
        if text_of(values[-1]).casefold() in _OWE_VALUE:
            return False
        verb, path = text_of(values[0]).casefold(), values[1]
        options = options_of(values[2:])
        if verb == "add":
            return self.registry.set(
                path, options.get("/v"), options.get("/d"), options.get("/t", _text("reg_sz", path)), drive=False
            )
        if verb == "delete":
            return self._delete(path, options)
        return False

    def _delete(self, path: Value, options: Mapping[str, Value]) -> bool:
        """`reg delete`: of one value, of all, or of the key."""
        if "/v" in options or "/ve" in options:
            name = options["/v"] if "/v" in options else _text("", options["/ve"])
            return self.take_out(path, [name], drive=False)
        if "/va" not in options:
            return self.take_out(path, None, drive=False)
        return self._take_out_values(path, None, drive=False)

    def take_out(self, path: Value, names: Sequence[Value] | None, *, drive: bool | None = None) -> bool:
        """Remove values of a key, or all of it; whether that concerns IPsec and is followed."""
        return self.registry.take_out_key(path) if names is None else self._take_out_values(path, names, drive=drive)

    def _take_out_values(self, path: Value, names: Sequence[Value] | None, *, drive: bool | None) -> bool:
        """Remove values of a key, all without names."""
        taken = (_text("Start", path),) if names is None else names
        if any(name.is_unknown for name in taken) or not self.registry.concerns(path, taken, drive=drive):
            return False
        self.registry.take_out(path, names)
        return True

    def set_item_property(self, call: Call, _evaluator: Evaluator) -> bool:
        """`Set-ItemProperty` and `New-ItemProperty` on a key of the registry, for each that is piped in."""
        bears = False
        for own, named, rest in _items(call):
            path = _path_of(own, named, rest)
            name = _name_of(own, named, rest)
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
            path = path_given(named, rest)
            self.registry.enter(path, is_kept=call.name == "push-location")

    def remove_item_property(self, call: Call, _evaluator: Evaluator) -> bool:
        """`Remove-ItemProperty` on keys of the registry, for each that is piped in."""
        bears = False
        for own, named, rest in _items(call):
            path = _path_of(own, named, rest)
            name = _name_of(own, named, rest)
            if path is None or name is None:
                continue
            names = None if text_of(name) == "*" else items_of(name)
            if any(_PICKS.search(text_of(each)) for each in (*(names or ()), *items_of(path))):
                continue  # which are meant is not known
            for each in items_of(path):
                bears = self._take_out_values(each, names, drive=True) or bears
        return bears

    def remove_item(self, call: Call, _evaluator: Evaluator) -> bool:
        """`Remove-Item` on keys of the registry, for each that is piped in."""
        bears = False
        for own, named, rest in _items(call):
            path = _path_of(own, named, rest)
            if path is None or any(given(named, each) for each in ("include", "exclude", "filter")):
                continue
            for each in items_of(path):
                is_one = not each.is_unknown and _PICKS.search(text_of(each)) is None
                bears = (is_one and self.registry.take_out_key(each)) or bears
        return bears

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
        self._is_noted_apart = True
        return True


def _items(call: Call) -> Iterator[tuple[dict[str, Value], dict[str, Value], list[Value]]]:
    """What each piped item says, and what the cmdlet is given by name and by place, for each that is piped in."""
    for item in call.piped or (None,):
        yield properties_of(item), *parameters(call)


def _path_of(own: dict[str, Value], named: dict[str, Value], rest: list[Value]) -> Value | None:
    """The key that a cmdlet is given by name, piped in, or next by place, where it is then used up."""
    return path_given(named, []) or own.get("path") or path_given(named, rest)


def _name_of(own: dict[str, Value], named: dict[str, Value], rest: list[Value]) -> Value | None:
    """The name of a value, given in the same ways."""
    name = given(named, "name") or given(named, "psproperty") or own.get("name")
    return name or (rest.pop(0) if rest else None)


def _text(text: str, place: Value) -> Value:
    return Value(text, place.start, place.end)


_PROGRAMS: dict[str, Callable[[Programs, Call, Evaluator], bool]] = {
    "netsh": lambda programs, call, evaluator: programs.netsh.run(call, evaluator),
    "auditpol": lambda programs, call, _evaluator: programs.audited.change(call),
    "reg": Programs.reg,
    "set-itemproperty": Programs.set_item_property,
    "new-itemproperty": Programs.set_item_property,
    "remove-itemproperty": Programs.remove_item_property,
    "remove-item": Programs.remove_item,
    "start-process": Programs.start_process,
    "new-scheduledtaskaction": Programs.task_action,
    "schtasks": Programs.schtasks,
    "cmd": Programs.cmd,
    "powershell": Programs.powershell,
    "pwsh": Programs.powershell,
}
"""The function for each program and cmdlet."""

_OTHER_PROGRAMS = frozenset({"netsh", "reg", "sc", "net", "net1", "certutil", "auditpol", "cmd", "powershell", "pwsh"})
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
