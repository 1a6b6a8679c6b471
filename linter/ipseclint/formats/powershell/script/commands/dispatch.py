"""Dispatch of a script's commands: to a cmdlet, a program, another script, or a note that it is not known."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.run_files import HERE, RunFiles, file_name
from ipseclint.formats.kit.token import LEFT_OUT
from ipseclint.formats.netsh.unfollowed import UNKNOWN_TEXT
from ipseclint.formats.powershell.script.arguments.binding import Refusal
from ipseclint.formats.powershell.script.arguments.defaults import default_left_out, has_defaults
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.arguments.registry_values import answer
from ipseclint.formats.powershell.script.commands.cmdlets import Cmdlets
from ipseclint.formats.powershell.script.commands.errors import action_of, end_at_error, stops_at_error
from ipseclint.formats.powershell.script.commands.gpo_registry import GpoRegistry
from ipseclint.formats.powershell.script.commands.gpos import Gpos
from ipseclint.formats.powershell.script.commands.graph_bodies import GraphBodies
from ipseclint.formats.powershell.script.commands.machines import SESSIONS
from ipseclint.formats.powershell.script.commands.managed import ManagedNodes
from ipseclint.formats.powershell.script.commands.only_shown import MAY_BE_SHOWN, is_only_shown
from ipseclint.formats.powershell.script.commands.other_commands import OtherCommands
from ipseclint.formats.powershell.script.commands.programs import Programs
from ipseclint.formats.powershell.script.commands.registry import key_object
from ipseclint.formats.powershell.script.commands.services import get_service, passed_on
from ipseclint.formats.powershell.script.commands.started import WHAT_IS_RUN_IS_NOT_KNOWN
from ipseclint.formats.powershell.script.commands.value_commands import ALIASES, NOTHING, VALUE_COMMANDS, fed
from ipseclint.formats.powershell.script.commands.vm_commands import ScriptOnVm, script_on_vm
from ipseclint.formats.powershell.script.evaluator import DOTS, Call, Evaluator
from ipseclint.formats.powershell.script.flow.drives import ITEM_COMMANDS, change_item, function_given
from ipseclint.formats.powershell.script.flow.run_scripts import RunScripts
from ipseclint.formats.powershell.script.flow.running import invoke_expression, run_text
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.unfollowed import MODULE_NOT_READ, OTHER_SCRIPT
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.texts import ITEMS_OF_A_STEP
from ipseclint.formats.powershell.script.values.value import HERE_ALONE, Unknown, Value, text_of
from ipseclint.late import late
from ipseclint.vocabulary.cmdlets import cmdlet

_CALLED = late(r"(?:[&.][ \t]{1,8}|&)?(?:\"([^\"\n]{0,300})\"|'([^'\n]{0,300})'|(\S{1,300}))")
_MAY_TAKE_KEY = late(r"PreSharedKey|Psk|Secret|Password", re.IGNORECASE)
_BESIDE = late(
    r"(?:[&.][ \t]{0,8})?[\"']?(?:\.{1,2}|\$PSScriptRoot)[\\/](?:[^\s\"'|;()]{0,200}[\\/])?[\w-]{1,100}(?![\w.-])"
)
"""A file beside the script that is called without its ending: PowerShell looks for a script, then for a program."""
_OF_WINDOWS = late(r"\\windowspowershell\\|\$pshome|:\\program files", re.IGNORECASE)
"""Folders of modules that Windows or an installer puts there."""
_MAX_ALIASES_DEEP = 16
"""How far an alias of an alias is followed (reasoned)."""
_BEGINS_DOTS = (".", "\u2026", "[")
_SCRIPTS = (".ps1", ".psm1", ".cmd", ".bat", ".vbs")
_SHELLS = ("netsh.exe", "powershell.exe", "pwsh.exe", "cmd.exe")
"""What is called, as it is written; and programs that may be told to change policy."""


class ScriptCommands:
    """Carries out the commands of one script; `cmdlets` and `programs` keep their effects."""

    def __init__(self, syntax: Syntax, diagnostics: Diagnostics, files: RunFiles) -> None:
        self.cmdlets = Cmdlets(syntax, diagnostics)
        self._effects = 0
        self._aliases: dict[str, str] = {}
        self._gpos = Gpos()
        self.gpo_registry = GpoRegistry(syntax, diagnostics)
        self.programs = Programs(syntax, diagnostics, files)
        self.scripts = RunScripts(files, syntax, diagnostics, self.programs)
        self.graph_bodies = GraphBodies(syntax)
        self.managed = ManagedNodes(syntax)
        self._others = OtherCommands(syntax, self.cmdlets, self.programs)
        self._syntax = syntax
        self._diagnostics = diagnostics

    @cached_property
    def _may_take_keys(self) -> bool:
        return _MAY_TAKE_KEY.search(self._syntax.text) is not None

    @property
    def effects(self) -> int:
        """The number of commands so far that bear on IPsec."""
        return self._effects + self._others.effects + self.cmdlets.effects

    @property
    def is_idle(self) -> bool:
        """Whether no command so far bears on IPsec or removes IPsec policy of the machine."""
        return not self.effects and not self.cmdlets.vain_removals

    @property
    def has_succeeded(self) -> bool | None:
        """Whether the last command succeeded; None if unknown."""
        return self.cmdlets.verbs.has_succeeded

    @property
    def looked_in_vain(self) -> int:
        """How often a command asked for policy objects and found none."""
        return self.cmdlets.verbs.looked_in_vain

    def refuse(self, call: Call, refusals: list[Refusal]) -> None:
        """Note that PowerShell refuses to call a function so; what it is given is not shown, for it may be a key."""
        name = self._syntax.text[call.start : call.start + len(call.name)]
        is_named = name.casefold() == call.name != ""
        self.cmdlets.notes.refuse(refusals, name if is_named else call.name or "script block", (call.start, call.end))
        if self._may_take_keys:
            for value in (argument.value for argument in call.arguments):
                for item in () if value is None else flat(value):
                    if isinstance(item.data, str):
                        self._diagnostics.secrets += self._syntax.spans(item.start, item.end)

    def pass_over(self) -> None:
        """Skip a command that only prints; whether it succeeds is unknown."""
        self.cmdlets.verbs.has_succeeded = None

    def run(self, call: Call, evaluator: Evaluator) -> list[Value]:
        """What a command gives."""
        self.cmdlets.verbs.has_succeeded = None
        written = call.name
        name = written.rpartition("\\")[2]
        name = ALIASES.get(name, name)
        if name in {"set-alias", "new-alias"}:
            self._alias(call)
        if name != written:
            call = call._replace(name=name)
        is_shown, before = is_only_shown(call, evaluator), self.effects
        if is_shown:
            return []
        if (given := self.scripts.run(call, written, evaluator)) is not None:
            if is_shown is None and self.effects > before:
                self._note(MAY_BE_SHOWN, call)
            return given
        if self._others.is_in_two(call):
            return []
        if (ran := self._other_script(call)) is not None:
            self._note(ran, call)
            evaluator.variables.are_set_elsewhere |= self._syntax.text[call.start : call.start + 2] in DOTS
            return [Value(Unknown("what is run here gives"), call.start, call.end)]
        self._effects += self.programs.written.take(call, is_certain=not evaluator.doubts)
        if name in NOTHING:
            return self._without_output(call, evaluator)
        if (given := self._of_powershell(name, call, evaluator, is_certain=is_shown is not None)) is not None:
            return given
        if self._others.is_given_strange(call):
            return []
        if self.gpo_registry.change(call, self._gpos, evaluator):
            self._effects += 1
            return list(call.piped or ())
        self.programs.forget_last()
        return self._of_program(call, evaluator, is_certain=is_shown is not None)

    def _of_program(self, call: Call, evaluator: Evaluator, *, is_certain: bool) -> list[Value]:
        """What a program gives, or a cmdlet that is none of IPsec, which may only be shown unless that `is_certain`."""
        self.programs.services.is_elsewhere = self.cmdlets.objects.machines != HERE_ALONE
        if self.programs.run(call, evaluator):
            self._after_program(call, evaluator)
            if not is_certain:
                self._note(MAY_BE_SHOWN, call)
            return passed_on(call)
        if call.name[:1] in _BEGINS_DOTS and LEFT_OUT.fullmatch(self._syntax.text, call.start, call.end) is not None:
            self._diagnostics.cut_short(self._syntax.span(call.start, call.end))
            return []
        return self._others.run(call, evaluator)

    def _without_output(self, call: Call, evaluator: Evaluator) -> list[Value]:
        """Carry out a command that gives nothing and changes no policy."""
        if call.name == "write-error":
            end_at_error(call, evaluator)
        self.programs.move(call)
        return []

    def _of_powershell(self, name: str, call: Call, evaluator: Evaluator, *, is_certain: bool) -> list[Value] | None:
        """The output of a command of PowerShell itself, which may only be shown unless that `is_certain`; None for a
        program or an unknown command."""
        if (gpos := self._gpos.given(call)) is not None:
            return gpos
        if self.graph_bodies.take(call) or self.managed.take(call):
            self._effects += 1
            return [Value(Unknown(f"what `{call.name}` gives"), call.start, call.end)]
        if name == "invoke-command":
            return self.cmdlets.machines.invoke(call, evaluator)
        if name == "invoke-expression":
            return self._of_text(call, evaluator)
        if (script := script_on_vm(call)) is not None:
            return self._on_vm(script, call, evaluator)
        if name in ITEM_COMMANDS and change_item(call, evaluator):
            return []
        if name in _GIVES_FUNCTION and (function := function_given(call, evaluator)) is not None:
            return [function]
        if name in _OF_ITEM and (item := self._item(call, evaluator, is_certain=is_certain)) is not None:
            return [item]
        if (work := _VALUE_COMMANDS.get(name)) is not None:
            return self._of_values(work, call, evaluator)
        row = cmdlet(name)
        if row is None:
            return None
        if name not in _CHANGES_RULES or not self.programs.netsh.adds:
            return self.cmdlets.run(row, call, evaluator)
        before = len(self.cmdlets.objects.of("netipsecrule"))
        output = self.cmdlets.run(row, call, evaluator)
        has_found = name != "remove-netipsecrule" or len(self.cmdlets.objects.of("netipsecrule")) < before
        self._note_rules_of_netsh(call, _CHANGES_RULES[name], has_found=has_found)
        return output

    def _item(self, call: Call, evaluator: Evaluator, *, is_certain: bool) -> Value | None:
        """A key of the registry, or that it is there; where it is made anew, one that is there loses its values."""
        assumed = evaluator.worlds.assumed
        if assumed is not None and not self.programs.registry.has_set(assumed.values):
            if not assumed.are_there and stops_at_error(action_of(call), evaluator):
                evaluator.fail()
            return answer(call, assumed)
        if call.name != "new-item" and self.programs.registry.is_there(call):
            evaluator.tries.found += 1
            if call.name == "test-path":
                return Value(True, call.start, call.end)
        key = key_object(call) if call.name in {"get-item", "new-item"} else None
        if key is not None and call.name == "new-item" and self.programs.registry.overwrite(call, key):
            self._effects += 1
            if not is_certain:
                self._note(MAY_BE_SHOWN, call)
        return key

    def _note_rules_of_netsh(self, call: Call, does: str, *, has_found: bool) -> None:
        """Note that a cmdlet may find what netsh made, unless it names one rule that a cmdlet made."""
        if not has_found or _NAMES_ONE.search(self._syntax.text, call.start, call.end) is None:
            self._note(f"whether this {does} rules that netsh makes here is not followed", call)

    def _of_values(
        self, work: Callable[[Call, Evaluator], list[Value]], call: Call, evaluator: Evaluator
    ) -> list[Value]:
        """The output of a command that only computes values."""
        evaluator.step(len(call.piped or ()) // ITEMS_OF_A_STEP)
        given = work(fed(call), evaluator)
        if call.name == "new-object" and given[0].is_unknown and "mdm_vpn" not in self._others.said(call).casefold():
            self._others.run(call, evaluator)
        return given

    def _of_text(self, call: Call, evaluator: Evaluator) -> list[Value]:
        """The output of `Invoke-Expression` on a text."""
        outcome = invoke_expression(call, evaluator)
        if outcome is not None:
            return outcome
        self._effects += 1
        self._note(UNKNOWN_TEXT, call)
        return [Value(Unknown("what `Invoke-Expression` gives"), call.start, call.end)]

    def _on_vm(self, script: ScriptOnVm, call: Call, evaluator: Evaluator) -> list[Value]:
        """Run a script that is handed to a virtual machine, as policy of that machine."""
        given = Value(Unknown("what a virtual machine gives"), call.start, call.end)
        self.programs.places.append((call.start, call.end))
        with self.cmdlets.machines.on(script.machine or given), evaluator.apart():
            for text in script.texts:
                if run_text(text, call, evaluator, is_dotted=True) is None:
                    self._note(UNKNOWN_TEXT, call)
            if script.path is not None:
                path = "" if script.path.is_unknown else text_of(script.path)
                own = call._replace(name=path.casefold(), arguments=())
                if self.scripts.run(own, path, evaluator) is None:
                    self._note(OTHER_SCRIPT, call)
        return [given]

    def _after_program(self, call: Call, evaluator: Evaluator) -> None:
        """Note what a program did, and which part of that is not followed."""
        if not (self.programs.services.only_starts or self.programs.is_aside):
            self._effects += 1
            self.cmdlets.machines.note_beside(call)
        if has_defaults(evaluator) and (pattern := default_left_out(call, evaluator)) is not None:
            self._note(f"what a default of {quoted(f'-{pattern}')} does here is not followed", call)
        if self.programs.netsh.aims:
            self._note_aims(call)

    def _note_aims(self, call: Call) -> None:
        """Note that netsh may find rules which cmdlets made, to change or delete them."""
        made = [*self.cmdlets.objects.of("netipsecrule"), *self.cmdlets.objects.of("netipsecmainmoderule")]
        names = [rule.properties.get("displayname") for rule in made]
        for aim in self.programs.netsh.aims:
            if any(name is None or name.is_unknown or aim.meets(text_of(name)) for name in names):
                self.cmdlets.notes.not_followed(aim.said_of("cmdlets make"), call.start, call.end)
                return

    def _other_script(self, call: Call) -> str | None:
        """The note for a command that is another script, a module's or unknown; None for others."""
        if call.name == "import-module":
            return MODULE_NOT_READ if self._is_module_beside(call) else None
        if call.name and not call.name.endswith(_SCRIPTS):
            is_beside = _BESIDE.match(self._syntax.text, call.start, call.end) is not None
            return WHAT_IS_RUN_IS_NOT_KNOWN if is_beside else None
        match = _CALLED.match(self._syntax.text, call.start, call.end)
        path = match[match.lastindex or 0].casefold() if match else ""
        if HERE.casefold() in path and file_name(path) == file_name(self._syntax.path):
            return None  # it calls itself once more, with more rights
        if path.endswith(_SCRIPTS):
            return OTHER_SCRIPT
        if path.endswith((".exe", ".com")) and not path.endswith(_SHELLS):
            return None
        return WHAT_IS_RUN_IS_NOT_KNOWN

    def _is_module_beside(self, call: Call) -> bool:
        """Whether a module is brought in from a file or a folder, rather than by the name of one that is installed."""
        if ".psm1" in self._syntax.text[call.start : call.end].casefold():
            return True
        named, rest = parameters(call)
        names = given(named, "name") or next(iter(rest), None)
        paths = [] if names is None else [text_of(each).casefold() for each in flat(names)]
        return any(
            path.endswith((".psm1", ".psd1")) or "\\" in path or "/" in path
            for path in paths
            if _OF_WINDOWS.search(path) is None
        )

    def _alias(self, call: Call) -> None:
        """Define an alias."""
        named, rest = parameters(call)
        name = given(named, "name") or (rest.pop(0) if rest else None)
        value = given(named, "value") or (rest.pop(0) if rest else None)
        if name is None or value is None or name.is_unknown or value.is_unknown:
            self._note("a command gets another name here, which is not known", call)
        else:
            self._aliases[text_of(name).casefold()] = text_of(value).casefold()

    def named(self, name: str) -> str:
        """The command behind a folded name, with the script's aliases resolved."""
        for _ in range(_MAX_ALIASES_DEEP):
            if (behind := self._aliases.get(name, name)) == name:
                break
            name = behind
        return name

    def _note(self, message: str, call: Call) -> None:
        """Note an effect on IPsec that is not followed."""
        self.cmdlets.notes.not_followed(message, call.start, call.end)

    def finish(self) -> None:
        """Note what only the end of the script shows: sessions never saved, scripts written and not run."""
        for command in self.programs.written.not_run():
            self.cmdlets.notes.not_followed(
                "writes a command into a file, which is not followed", command.start, command.end
            )
        for why, start, end in self.cmdlets.machines.part():
            self.cmdlets.notes.not_followed(why, start, end)
        self.cmdlets.verbs.note_unsaved()
        self.cmdlets.note_open_sets()


_CHANGES_RULES = {
    "remove-netipsecrule": "takes out",
    "set-netipsecrule": "changes",
    "disable-netipsecrule": "disables",
    "enable-netipsecrule": "enables",
}
"""Cmdlets that find rules by what their parameters say, and what they do to those."""
_NAMES_ONE = late(r"-(?:DisplayName|Name|IPsecRuleName)[ \t:]+[^*?]+\Z", re.IGNORECASE)
_GIVES_FUNCTION = frozenset({"get-command", "get-item", "get-content"})
_OF_ITEM = frozenset({"get-item", "get-itemproperty", "get-itempropertyvalue", "new-item", "test-path"})
_VALUE_COMMANDS = VALUE_COMMANDS | SESSIONS | {"get-service": get_service}
"""The functions for commands that only compute values."""
