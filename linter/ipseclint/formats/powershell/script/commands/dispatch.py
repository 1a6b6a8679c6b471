"""Dispatch of a script's commands: to a cmdlet, a program, another script, or a note that it is not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.run_files import HERE, RunFiles, file_name
from ipseclint.formats.kit.token import LEFT_OUT
from ipseclint.formats.netsh.unfollowed import UNKNOWN_TEXT
from ipseclint.formats.powershell.script.arguments.binding import Refusal, of_switch
from ipseclint.formats.powershell.script.arguments.defaults import default_left_out, has_defaults
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters, strange_parameter, stray_truth
from ipseclint.formats.powershell.script.commands import elsewhere
from ipseclint.formats.powershell.script.commands.cmdlets import Cmdlets
from ipseclint.formats.powershell.script.commands.documents import is_brought_in
from ipseclint.formats.powershell.script.commands.gpo_registry import GpoRegistry
from ipseclint.formats.powershell.script.commands.gpos import Gpos
from ipseclint.formats.powershell.script.commands.graph_bodies import GraphBodies
from ipseclint.formats.powershell.script.commands.machines import SESSIONS
from ipseclint.formats.powershell.script.commands.misspelt import (
    OTHER_DASH,
    has_other_dash,
    is_for_service_or_key,
    why_none,
)
from ipseclint.formats.powershell.script.commands.programs import Programs
from ipseclint.formats.powershell.script.commands.registry import key_object
from ipseclint.formats.powershell.script.commands.services import get_service, passed_on
from ipseclint.formats.powershell.script.commands.started import WHAT_IS_RUN_IS_NOT_KNOWN, starts, told_of_direct_access
from ipseclint.formats.powershell.script.commands.value_commands import ALIASES, NOTHING, VALUE_COMMANDS, fed
from ipseclint.formats.powershell.script.commands.vm_commands import ScriptOnVm, script_on_vm
from ipseclint.formats.powershell.script.evaluator import DOTS, Call, Evaluator
from ipseclint.formats.powershell.script.flow.drives import ITEM_COMMANDS, change_item
from ipseclint.formats.powershell.script.flow.run_scripts import RunScripts
from ipseclint.formats.powershell.script.flow.running import invoke_expression, run_text
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.unfollowed import CHANGED_THROUGH_CIM, MODULE_NOT_READ, OTHER_SCRIPT
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.texts import ITEMS_OF_A_STEP
from ipseclint.formats.powershell.script.values.value import (
    CUT_SHORT,
    HERE_ALONE,
    Block,
    Table,
    Thing,
    Unknown,
    Value,
    text_of,
)
from ipseclint.formats.registry.policy import concerns_ipsec
from ipseclint.formats.registry.written import key_in_scripts
from ipseclint.vocabulary.cmdlets import cmdlet, lacks_hyphen
from ipseclint.vocabulary.ipsec_tools import RUNS_LATER, Mention, mention_in

_CALLED = re.compile(r"(?:[&.][ \t]{1,8}|&)?(?:\"([^\"\n]{0,300})\"|'([^'\n]{0,300})'|(\S{1,300}))")
_BESIDE = re.compile(
    r"(?:[&.][ \t]{0,8})?[\"']?(?:\.{1,2}|\$PSScriptRoot)[\\/](?:[^\s\"'|;()]{0,200}[\\/])?[\w-]{1,100}(?![\w.-])"
)
"""A file beside the script that is called without its ending: PowerShell looks for a script, then for a program."""
_OF_WINDOWS = re.compile(r"\\windowspowershell\\|\$pshome|:\\program files", re.IGNORECASE)
"""Folders of modules that Windows or an installer puts there."""
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
        self._syntax = syntax
        self._diagnostics = diagnostics

    @property
    def effects(self) -> int:
        """The number of commands so far that bear on IPsec."""
        return self._effects + self.cmdlets.effects

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
        if (given := self.scripts.run(call, written, evaluator)) is not None:
            return given
        if self._is_in_two(call):
            return []
        if (ran := self._other_script(call)) is not None:
            self._note(ran, call)
            evaluator.variables.are_set_elsewhere |= self._syntax.text[call.start : call.start + 2] in DOTS
            return [Value(Unknown("what is run here gives"), call.start, call.end)]
        self._effects += self.programs.written.take(call, is_certain=not evaluator.doubts)
        if name in NOTHING:
            self.programs.move(call)
            return []
        if (given := self._of_powershell(name, call, evaluator)) is not None:
            return given
        if self._is_given_strange(call):
            return []
        if self.gpo_registry.change(call, self._gpos, evaluator):
            self._effects += 1
            return list(call.piped or ())
        self.programs.forget_last()
        self.programs.services.is_elsewhere = self.cmdlets.objects.machines != HERE_ALONE
        if self.programs.run(call, evaluator):
            self._after_program(call, evaluator)
            return passed_on(call)
        return self._other(call, evaluator)

    def _of_powershell(self, name: str, call: Call, evaluator: Evaluator) -> list[Value] | None:
        """The output of a command of PowerShell itself; None for a program or an unknown command."""
        if (gpos := self._gpos.given(call)) is not None:
            return gpos
        if self.graph_bodies.take(call):
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
        if name in _GIVES_ITEM and (key := key_object(call)) is not None:
            return [key]
        if (work := _VALUE_COMMANDS.get(name)) is not None:
            return self._of_values(work, call, evaluator)
        row = cmdlet(name)
        return None if row is None else self.cmdlets.run(row, call, evaluator)

    def _of_values(
        self, work: Callable[[Call, Evaluator], list[Value]], call: Call, evaluator: Evaluator
    ) -> list[Value]:
        """The output of a command that only computes values."""
        evaluator.step(len(call.piped or ()) // ITEMS_OF_A_STEP)
        given = work(fed(call), evaluator)
        if call.name == "new-object" and given[0].is_unknown and "mdm_vpn" not in self._said(call).casefold():
            self._other(call, evaluator)
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
        if self.programs.netsh.takes_out and self.cmdlets.objects.of("netipsecrule"):
            self.cmdlets.notes.not_followed(
                "whether netsh takes out rules that cmdlets make here is not followed", call.start, call.end
            )

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
        return self._aliases.get(name, name)

    def _is_given_profile(self, call: Call) -> bool:
        """Whether a command makes a VPN connection from a profile text of the script, which is read where it stands."""
        tables = (each.value.data for each in call.arguments if each.value is not None)
        given = [table.values.get("profilexml") for table in tables if isinstance(table, Table)]
        is_profile = any(
            value is not None and not value.is_unknown and "vpnprofile" in text_of(value).lower() for value in given
        )
        return is_profile and "<vpnprofile" in self._syntax.text.lower()

    def _service_in(self, piped: Iterable[Value]) -> Mention | None:
        """The service that IPsec depends on, among queried services piped to a command."""
        for item in piped:
            mention = (
                mention_in(f"win32_service {self._syntax.text[item.start : item.end]}") if item.is_unknown else None
            )
            if mention is not None and mention.tool.kind == "service":
                return mention
        return None

    def _said(self, call: Call) -> str:
        """A command as written, with the texts in variables that it receives, and the object whose method is called."""
        values = [item for each in call.arguments if each.value is not None for item in flat(each.value)]
        texts = [text_of(value) for value in values if isinstance(value.data, str) and call.name in _BY_THEIR_TEXTS]
        begins = "stop-service" if call.name in _CHANGES_SERVICE else ""
        handed = [value for value in (*values, *(call.piped or ())) if value.is_unknown]
        written = [self._syntax.text[item.start : item.end] for item in handed if call.name in _CHANGES_CIM]
        return " ".join((begins, self._syntax.text[call.start : call.end], *texts, *written)).lstrip()

    def _is_of_ipsec(self, item: Value) -> bool:
        """Whether a piped value is an IPsec object, made here or queried."""
        if isinstance(item.data, Thing):
            return item.data.kind.startswith("netipsec")
        return item.is_unknown and "-netipsec" in self._syntax.text[item.start : item.end].casefold()

    def _is_none(self, call: Call) -> bool:
        """Whether Windows has no such command, or may have none, which is said."""
        if has_other_dash(call):
            self._effects += 1
            self._note(OTHER_DASH, call)
            return True
        why = why_none(call, self._syntax.text[call.start : call.end])
        if why is None:
            return False
        self._refuse(Refusal(why, -1, -1), call)
        return True

    def _is_in_two(self, call: Call) -> bool:
        """Whether a cmdlet's name is written as two words without the hyphen; this is noted."""
        verb = self._syntax.text[call.start : call.end].split(None, 1)[0].casefold()
        noun = call.arguments[0].value if verb.isalpha() and call.arguments else None
        if noun is None or noun.is_unknown or not lacks_hyphen(verb, text_of(noun)):
            return False
        self._refuse(Refusal(f"a hyphen joins it to {quoted(text_of(noun))} in the name of a cmdlet", -1, -1), call)
        return True

    def _is_given_strange(self, call: Call) -> bool:
        """Whether a command on a key or a service of IPsec is given what it does not take, which is said."""
        strange, stray = strange_parameter(call), stray_truth(call)
        if (strange is None and stray is None) or not is_for_service_or_key(call):
            return False
        if strange is not None:
            self._refuse(Refusal(f"it has no parameter {quoted(f'-{strange.name}')}", strange.start, strange.end), call)
        elif stray is not None:
            switch, value = stray
            message = f"`{text_of(value)}` belongs to no parameter{of_switch(value, switch.name or '')}"
            self._refuse(Refusal(message, value.start, value.end), call)
        return True

    def _refuse(self, why: Refusal, call: Call) -> None:
        """Note that PowerShell refuses a command that would bear on IPsec."""
        self._effects += 1
        written = self._syntax.text[call.start : call.end].split(None, 1)[0]
        self.cmdlets.notes.refuse([why], written, (call.start, call.end))

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

    def _other(self, call: Call, evaluator: Evaluator) -> list[Value]:
        """Carry out an unknown command: reported if it bears on IPsec; its blocks are followed as if they ran."""
        gives = Unknown(f"what `{call.name}` gives", call.name == "read-host")
        given = Value(CUT_SHORT if LEFT_OUT.fullmatch(call.name) else gives, call.start, call.end)
        if self._is_none(call) or _is_of_no_concern(call) or elsewhere.is_of_no_concern(call, self._syntax.text):
            return [given]
        if elsewhere.invoked(call, self.programs, evaluator):
            self._effects += 1
            self.programs.places.append((call.start, call.end))
            return [given]
        if elsewhere.is_resource(call, self._syntax.text):
            self._effects += 1
            if not elsewhere.set_by_resource(call, self.programs, evaluator):
                self.cmdlets.notes.not_followed(
                    "a resource of a DSC configuration sets this: it is not followed", call.start, call.end
                )
            return [given]
        if elsewhere.configured(call, evaluator):
            return [given]
        blocks = [
            argument.value.data
            for argument in call.arguments
            if argument.value is not None and isinstance(argument.value.data, Block)
        ]
        if blocks:
            why = f"{quoted(call.name)} is handed a block: whether it runs is not known; it is read as if it did"
            with evaluator.doubts.about(why, call.start, call.end):
                for block in blocks:
                    evaluator.run_block(block, None)
            return [given]
        if call.name in _CHANGES_CIM and any(self._is_of_ipsec(item) for item in call.piped or ()):
            self._effects += 1
            self._note(CHANGED_THROUGH_CIM, call)
            return [given]
        if call.name in _MAKES_CIM and self._is_given_profile(call):
            return [given]
        written = self._said(call)
        mention = mention_in(written) or self._service_in(call.piped or ())
        is_looking = call.name.startswith(_LOOKING)
        own = file_name(self._syntax.path)
        if mention is None and not is_looking and (started := starts(call, self._syntax.text, own)) is not None:
            self._effects += 1
            self._note(started, call)
        if mention is not None and not is_looking and not is_brought_in(written, self._syntax.text):
            self._effects += 1
            told = mention.sentence(quoted(mention.words.lstrip("\\/")) + told_of_direct_access(call))
            self._note(RUNS_LATER.format(quoted(call.name)) if call.name == _MAKES_TASK else told, call)
        return [given]


_GIVES_ITEM = frozenset({"get-item", "new-item"})
_VALUE_COMMANDS = VALUE_COMMANDS | SESSIONS | {"get-service": get_service}
"""The functions for commands that only compute values."""

_CHANGES_CIM = frozenset(
    {
        "invoke-cimmethod", "invoke-wmimethod", "remove-ciminstance", "remove-wmiobject", "set-ciminstance",
        "set-wmiinstance",
    }
)  # fmt: skip
_MAKES_TASK = "new-scheduledtaskaction"
_MAKES_CIM = frozenset({"new-ciminstance", "set-ciminstance", "set-wmiinstance"})
_BY_THEIR_TEXTS = _CHANGES_CIM | {"add-type", "copy-item", "invoke-item", "move-item", _MAKES_TASK}
"""Commands whose effect also depends on texts in variables."""
_CHANGES_SERVICE = frozenset({".stop", ".pause", ".delete", ".changestartmode", ".stopservice", ".change"})

_LOOKING = ("get-", "test-", "export-", "convertto-", "out-", "format-", "measure-", "compare-")
"""Prefixes of commands that leave their input unchanged."""


_EMPTY_ITEMS = frozenset({"file", "directory"})
"""What `New-Item` makes of a path of the file system, empty without `-Value`."""


def _is_of_no_concern(call: Call) -> bool:
    """Whether a command writes a GPO's key unrelated to IPsec, or installs the role of a VPN server.

    `Install-RemoteAccess -VpnType` sets no policy, other cmdlets do; with DirectAccess it writes GPOs. An empty file,
    such as a phone book before its first connection, sets nothing.
    """
    named, _ = parameters(call)
    if call.name == "new-item":
        kind = given(named, "itemtype") or given(named, "type")
        return kind is not None and text_of(kind).casefold() in _EMPTY_ITEMS and given(named, "value") is None
    if call.name == "install-remoteaccess":
        return given(named, "vpntype") is not None and not any(name.startswith("da") for name in named)
    if not call.name.startswith("set-gp"):
        return False
    path = given(named, "key")
    where = None if path is None or path.is_unknown else key_in_scripts(text_of(path))
    return where is not None and not concerns_ipsec(where)
