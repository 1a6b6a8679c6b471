"""Commands that nothing else here carries out: what they may do to IPsec, and why PowerShell refuses some."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from ipseclint.formats.kit.diagnostics import REST_OF_COMMAND, quoted
from ipseclint.formats.kit.run_files import file_name
from ipseclint.formats.kit.token import LEFT_OUT
from ipseclint.formats.powershell.script.arguments.binding import Refusal, of_switch
from ipseclint.formats.powershell.script.arguments.parameters import (
    given,
    parameter_without_value,
    parameters,
    strange_parameter,
    stray_truth,
)
from ipseclint.formats.powershell.script.arguments.registry_values import set_by
from ipseclint.formats.powershell.script.commands import elsewhere
from ipseclint.formats.powershell.script.commands.cmdlets import Cmdlets
from ipseclint.formats.powershell.script.commands.documents import is_brought_in
from ipseclint.formats.powershell.script.commands.misspelt import (
    OTHER_DASH,
    has_other_dash,
    is_for_service_or_key,
    why_none,
)
from ipseclint.formats.powershell.script.commands.programs import Programs
from ipseclint.formats.powershell.script.commands.services import is_service, name_in
from ipseclint.formats.powershell.script.commands.started import starts, told_of_direct_access
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator, LeaveError
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.unfollowed import (
    CHANGED_BY_METHOD,
    CHANGED_THROUGH_CIM,
    CHANGES_FIREWALL,
)
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import (
    CUT_SHORT,
    SET_ELSEWHERE,
    Block,
    Table,
    Thing,
    Unknown,
    Value,
    text_of,
)
from ipseclint.formats.registry.policy import concerns_ipsec
from ipseclint.formats.registry.written import key_in_scripts
from ipseclint.late import late
from ipseclint.vocabulary.cmdlets import cmdlet, lacks_hyphen
from ipseclint.vocabulary.ipsec_tools import RUNS_LATER, Mention, mention_in


class OtherCommands:
    """Carries out what is no known cmdlet or program of one script; `effects` counts those that bear on IPsec."""

    def __init__(self, syntax: Syntax, cmdlets: Cmdlets, programs: Programs) -> None:
        self.effects = self._noted = 0
        self._syntax = syntax
        self._cmdlets = cmdlets
        self._programs = programs
        self._services: list[tuple[Unknown, Mention]] = []

    def run(self, call: Call, evaluator: Evaluator) -> list[Value]:
        """Carry out an unknown command: reported if it bears on IPsec; its blocks are followed as if they ran."""
        before = self._noted
        given = self._run(call, evaluator)
        evaluator.doubts.say(self._noted - before)
        return given

    def _run(self, call: Call, evaluator: Evaluator) -> list[Value]:
        gives = Unknown(f"what `{call.name}` gives", call.name == "read-host")
        given = Value(CUT_SHORT if LEFT_OUT.fullmatch(call.name) else gives, call.start, call.end)
        if (
            self._is_rest(call)
            or self._is_none(call)
            or _is_of_no_concern(call)
            or elsewhere.is_of_no_concern(call, self._syntax.text)
        ):
            return [given]
        if elsewhere.invoked(call, self._programs, evaluator):
            self.effects += 1
            self._programs.places.append((call.start, call.end))
            return [given]
        if self._is_declared(call, evaluator):
            return [given]
        if elsewhere.configured(call, evaluator):
            return [given]
        blocks = [value.data for value in _handed(call) if isinstance(value.data, Block)]
        if call.name in _PHASES and blocks:
            return [each for block in blocks for each in evaluator.run_block(block, None)]
        if blocks:
            why = f"{quoted(call.name)} is handed a block: whether it runs is not known; it is read as if it did"
            with evaluator.doubts.about(why, call.start, call.end), evaluator.variables.perhaps():
                for block in blocks:
                    with suppress(LeaveError), evaluator.tries.apart():  # what ends it need not end the script
                        evaluator.run_block(block, None)
            return [given]
        is_method = call.name.startswith(".")
        if (is_method or call.name in _CHANGES_CIM) and any(map(self._is_of_ipsec, _handed(call))):
            self.effects += 1
            self._note(CHANGED_BY_METHOD if is_method else CHANGED_THROUGH_CIM, call)
            return [given]
        if call.name in _MAKES_CIM and (self._is_given_profile(call) or _is_given_elsewhere(call)):
            return [given]
        self._note_what_is_named(call)
        if call.name in _GIVES_CIM and (service := self._service_in([given])) is not None:
            self._services.append((gives, service))
        return [given]

    def _is_declared(self, call: Call, evaluator: Evaluator) -> bool:
        """Whether a command is a resource of DSC that bears on IPsec, which is carried out, or said."""
        does = elsewhere.as_cmdlet(call, evaluator)
        if does is not None and (row := cmdlet(does.name)) is not None:
            self._cmdlets.run(row, does, evaluator)
            return True
        audits = elsewhere.as_auditpol(call, evaluator)
        is_set = audits is not None and self._programs.audited.change(audits)
        if not is_set and not elsewhere.is_resource(call, self._syntax.text):
            return False
        self.effects += 1
        if not (is_set or elsewhere.set_by_resource(call, self._programs, evaluator)):
            self._note("a resource of a DSC configuration sets this: it is not followed", call)
        return True

    def _note_what_is_named(self, call: Call) -> None:
        """Note a command that names what bears on IPsec, or runs what is not known."""
        written = self.said(call)
        changes = call.name in _CHANGES_CIM or call.name in _CHANGES_SERVICE
        asked = _handed(call) if changes else [] if call.name.startswith(".") else _not_known(call.piped or ())
        mention = mention_in(written) or self._service_in(asked)
        if mention is not None and _is_of_other_key(mention, call):
            return
        is_looking = call.name.startswith(_LOOKING) or self._only_reads(mention, call)
        own = file_name(self._syntax.path)
        if mention is None and not is_looking and (started := starts(call, self._syntax.text, own)) is not None:
            self.effects += 1
            self._note(started, call)
        if mention is not None and not is_looking and not is_brought_in(written, self._syntax.text):
            self.effects += 1
            told = mention.sentence(quoted(mention.words.lstrip("\\/")) + told_of_direct_access(call))
            self._note(RUNS_LATER.format(quoted(call.name)) if call.name == _MAKES_TASK else told, call)

    def _only_reads(self, mention: Mention | None, call: Call) -> bool:
        """Whether a command gets the firewall's object, and nothing behind it changes the firewall by one."""
        is_firewall = mention is not None and mention.tool.kind == "object of the firewall"
        return is_firewall and CHANGES_FIREWALL.search(self._syntax.text, call.start) is None

    def said(self, call: Call) -> str:
        """A command as written, with the texts in variables that it receives, and the object whose method is called."""
        values = [item for each in call.arguments if each.value is not None for item in flat(each.value)]
        texts = [text_of(value) for value in values if isinstance(value.data, str) and call.name in _BY_THEIR_TEXTS]
        begins = "stop-service" if call.name in _CHANGES_SERVICE else ""
        handed = [value for value in (*values, *(call.piped or ())) if value.is_unknown]
        written = [self._syntax.text[item.start : item.end] for item in handed if call.name in _CHANGES_CIM]
        return " ".join((begins, self._syntax.text[call.start : call.end], *texts, *written)).lstrip()

    def is_in_two(self, call: Call) -> bool:
        """Whether a cmdlet's name is written as two words without the hyphen; this is noted."""
        verb, *_ = [*self._syntax.text[call.start : call.end].casefold().split(None, 1), ""]
        noun = call.arguments[0].value if verb.isalpha() and call.arguments else None
        if noun is None or noun.is_unknown or not lacks_hyphen(verb, text_of(noun)):
            return False
        self._refuse(Refusal(f"a hyphen joins it to {quoted(text_of(noun))} in the name of a cmdlet", -1, -1), call)
        return True

    def is_given_strange(self, call: Call) -> bool:
        """Whether a command on a key or a service of IPsec is given what it does not take, which is said."""
        strange, stray, short = strange_parameter(call), stray_truth(call), parameter_without_value(call)
        if (strange is None and stray is None and short is None) or not is_for_service_or_key(call):
            return False
        if strange is not None:
            self._refuse(Refusal(f"it has no parameter {quoted(f'-{strange.name}')}", strange.start, strange.end), call)
        elif stray is not None:
            switch, value = stray
            message = f"`{text_of(value)}` belongs to no parameter{of_switch(value, switch.name or '')}"
            self._refuse(Refusal(message, value.start, value.end), call)
        elif short is not None:
            self._refuse(Refusal(f"`-{short.name}` is given no value", short.start, short.end), call)
        return True

    def _is_none(self, call: Call) -> bool:
        """Whether Windows has no such command, or may have none, which is said."""
        if has_other_dash(call):
            self.effects += 1
            self._note(OTHER_DASH, call)
            return True
        why = why_none(call, self._syntax.text[call.start : call.end])
        if why is None:
            return False
        self._refuse(Refusal(why, -1, -1), call)
        return True

    def _is_rest(self, call: Call) -> bool:
        """Whether a line reads as the rest of a refused command that a page broke before a value; this is noted."""
        owed = self._cmdlets.notes.owed_at(call.start)
        if not owed or _RUNS.match(self._syntax.text, call.start, call.end):
            return False
        self._cmdlets.hide_rest(owed, call)
        self.effects += 1
        self._note(REST_OF_COMMAND, call)
        return True

    def _is_given_profile(self, call: Call) -> bool:
        """Whether a command makes a VPN connection from a profile text of the script, which is read where it stands."""
        is_profile = any("vpnprofile" in text_of(value).lower() for value in _profiles_given(call))
        return is_profile and any(sign in self._syntax.text.lower() for sign in ("<vpnprofile", "&lt;vpnprofile"))

    def _service_in(self, items: Iterable[Value]) -> Mention | None:
        """The service that IPsec depends on, among objects that a command is handed."""
        for item in items:
            if isinstance(item.data, Unknown):
                roots = set(map(id, item.data.roots))
                asked = (mention for unknown, mention in self._services if id(unknown) in roots)
                named = mention_in(f"win32_service {self._syntax.text[item.start : item.end]}")
                mention = next(asked, named)
            else:
                mention = mention_in(f"stop-service {text_of(name_in(item))}") if is_service(item) else None
            if mention is not None and mention.tool.kind == "service":
                return mention
        return None

    def _is_of_ipsec(self, item: Value) -> bool:
        """Whether a piped value is an IPsec object, made here or queried."""
        if isinstance(item.data, Thing):
            return item.data.kind.startswith("netipsec")
        return item.is_unknown and "-netipsec" in self._syntax.text[item.start : item.end].casefold()

    def _refuse(self, why: Refusal, call: Call) -> None:
        """Note that PowerShell refuses a command that would bear on IPsec."""
        self.effects += 1
        written = self._syntax.text[call.start : call.end].split(None, 1)[0]
        self._cmdlets.notes.refuse([why], written, (call.start, call.end))

    def _note(self, message: str, call: Call) -> None:
        """Note an effect on IPsec that is not followed."""
        self._noted += 1
        self._cmdlets.notes.not_followed(message, call.start, call.end)


def _is_given_elsewhere(call: Call) -> bool:
    """Whether a command makes a VPN connection from a profile text of another script, which is said where that runs."""
    data = [value.data for value in _profiles_given(call)]
    return any(isinstance(each, Unknown) and each.why.endswith(SET_ELSEWHERE) for each in data)


def _profiles_given(call: Call) -> Iterator[Value]:
    """The profiles of VPN connections among the properties that a command is given."""
    tables = (each.value.data for each in call.arguments if each.value is not None)
    given = (table.values.get("profilexml") for table in tables if isinstance(table, Table))
    return filter(None, given)


def _handed(call: Call) -> list[Value]:
    """What a command is handed: through the pipe, and as its arguments."""
    values = (each.value for each in call.arguments if each.value is not None)
    return [*(call.piped or ()), *(item for value in values for item in flat(value))]


def _not_known(items: Iterable[Value]) -> list[Value]:
    return [item for item in items if item.is_unknown]


_CHANGES_CIM = frozenset(
    {
        "invoke-cimmethod", "invoke-wmimethod", "remove-ciminstance", "remove-wmiobject", "set-ciminstance",
        "set-wmiinstance",
    }
)  # fmt: skip
_GIVES_CIM = frozenset({"get-ciminstance", "get-wmiobject"})
_MAKES_TASK = "new-scheduledtaskaction"
_PHASES = frozenset({"dynamicparam", "begin", "process", "end", "clean"})
"""The words before the blocks of a script, which the grammar takes for commands: it knows them in a function alone."""
_MAKES_CIM = frozenset({"new-ciminstance", "set-ciminstance", "set-wmiinstance"})
_BY_THEIR_TEXTS = _CHANGES_CIM | {"add-type", "copy-item", "invoke-item", "move-item", _MAKES_TASK}
"""Commands whose effect also depends on texts in variables."""
_CHANGES_SERVICE = frozenset({".stop", ".pause", ".delete", ".changestartmode", ".stopservice", ".change"})

_RUNS = late(r"[a-z]+-[a-z]\w*(?![\w.-])|[&.]|[a-z]:[\\/]|\\\\|\S+\.(?:exe|cmd|bat|ps1)\b|\w+[ \t]+/\w", re.IGNORECASE)
"""How a line begins that runs something: a cmdlet, a path, a program or one with a switch of cmd.exe."""

_LOOKING = ("get-", "test-", "export-", "convertto-", "out-", "format-", "measure-", "compare-")
"""Prefixes of commands that leave their input unchanged."""


_OF_PESTER = frozenset({"mock", "should", "assert-mockcalled", "assert-verifiablemock"})
"""Words of Pester that name a command without running it: to replace it in a test, or to count its calls."""
_EMPTY_ITEMS = frozenset({"file", "directory"})
"""What `New-Item` makes of a path of the file system, empty without `-Value`."""


_LOGS = late(
    r"(?:add|out|send|show|write)-\w{0,30}(?:colou?r|debug|error|fail|info|log|message|msg|status|step|success|trace|warn)\w*+"
    r"|log(?:-?\w++)?|(?:debug|err|error|info|message|msg|trace|warn|warning)"
)
"""The names of functions that only tell what is handed to them, as far as a script has them elsewhere."""
_OF_SERVER = late(r"[\\]services[\\]remoteaccess[\\]parameters(?:[\\]ip)?\Z")


def _is_of_other_key(mention: Mention, call: Call) -> bool:
    """Whether a command sets a value of the VPN server's that says nothing of IPsec, such as its pool of addresses."""
    if mention.tool.kind != "registry" or (named := set_by(call)) is None:
        return False
    (key, _), data = named
    return _OF_SERVER.search(key) is not None and not concerns_ipsec(key) and mention_in(text_of(data)) is None


def _is_of_no_concern(call: Call) -> bool:
    """Whether a command writes a GPO's key unrelated to IPsec, installs the role of a VPN server, names what a test
    replaces or counts, or only tells something.

    `Install-RemoteAccess` with `-VpnType` or `-MultiTenancy` sets no policy, other cmdlets do; with DirectAccess it
    writes GPOs. An empty file, such as a phone book before its first connection, sets nothing.
    """
    if _LOGS.fullmatch(call.name) is not None:
        return not any(isinstance(value.data, Block) for value in _handed(call))
    if call.name in _OF_PESTER:
        return not any(isinstance(value.data, Block) for value in call.piped or ())
    named, _ = parameters(call)
    if call.name == "new-item":
        kind = given(named, "itemtype") or given(named, "type")
        return kind is not None and text_of(kind).casefold() in _EMPTY_ITEMS and given(named, "value") is None
    if call.name == "install-remoteaccess":
        is_of_role = any(given(named, name) is not None for name in ("vpntype", "multitenancy", "prerequisite"))
        return is_of_role and not any(name.startswith("da") for name in named)
    if not call.name.startswith("set-gp"):
        return False
    path = given(named, "key")
    where = None if path is None or path.is_unknown else key_in_scripts(text_of(path))
    return where is not None and not concerns_ipsec(where)
