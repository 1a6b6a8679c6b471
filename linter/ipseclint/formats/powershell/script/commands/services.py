"""Services that IPsec depends on, as a script configures them: by cmdlets, `sc.exe` and `net.exe`.

Source: the pages of Get-Service, Set-Service and Stop-Service (Microsoft.PowerShell.Management), of `sc config` and
`net stop`, and of System.ServiceProcess.ServiceController, the class of what `Get-Service` gives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import (
    UNDECIDED,
    Table,
    Thing,
    Unknown,
    Value,
    text_of,
)
from ipseclint.late import late
from ipseclint.vocabulary.services import SERVICES, STARTS_OF_SC, TITLE_OF, TITLES, may_be_one, misspelt

_STATES = {"stop": "Stopped", "suspend": "Paused", "start": "Running", "restart": "Running"}
"""The state in which each verb leaves a service."""

_VERBS_OF_TOOLS = frozenset({"config", "start", "stop"})
_RUNS = frozenset({"running", "automatic", "auto", "automaticdelayedstart"})
"""States and start types that let a service run."""
_MAY_RUN = _RUNS | {"manual"}
"""Those of a service that may run already."""

_ASKED_FOR = ("status", "starttype", "startuptype", "startmode", "state", "canstop", "dependentservices")
"""Members of a service that the machine decides."""

_OF_NO_CONCERN = Unknown("what `Get-Service` gives")
"""The services on which IPsec does not depend, among all."""
_OF_UNKNOWN_NAME = "what `Get-Service` gives of a name that is not known"

_CMDLETS_OF_METHODS = {"stop": "stop-service", "start": "start-service", "pause": "suspend-service"}
"""The methods of a service, folded, and the cmdlet that does the same."""
_CLASS = late(r"\[?(?:system\.)?serviceprocess\.servicecontroller\]?", re.IGNORECASE)


class ServiceChanges:
    """The state in which a script leaves these services: one object each, in the order of first change.

    `only_starts`: the last change only lets a service run that may do so already; it is not kept. `is_elsewhere`: the
    next change is to a service of another machine.
    """

    def __init__(self) -> None:
        self.made: list[Thing] = []
        self.only_starts = False
        self.is_elsewhere = False

    def set_service(self, call: Call, evaluator: Evaluator) -> bool:
        """`Set-Service -Name ... -StartupType ... -Status ...`."""
        named, _ = parameters(call)
        start = given(named, "startuptype") or given(named, "starttype")
        status = given(named, "status")
        names = _names(call)
        for name in names if start is not None or status is not None else ():
            self._change(name, call, evaluator, start=start, status=status)
        return bool(names)

    def switch(self, call: Call, evaluator: Evaluator) -> bool:
        """`Stop-Service`, `Start-Service` and the like."""
        names = _names(call)
        for name in names:
            self._change(
                name, call, evaluator, status=Value(_STATES[call.name.partition("-")[0]], name.start, name.end)
            )
        return bool(names)

    def sc(self, call: Call, evaluator: Evaluator) -> bool:
        """`sc config SERVICE start= ...`, `sc stop SERVICE`."""
        values = _values(call)
        texts = [text_of(value).casefold() for value in values]
        if len(texts) < 2 or texts[1] not in SERVICES:
            return False
        if texts[0] in {"stop", "start"}:
            self._change(values[1], call, evaluator, status=Value(_STATES[texts[0]], values[0].start, values[0].end))
            return True
        for index, option in enumerate(values[2:] if texts[0] == "config" else (), start=2):
            written = evaluator.syntax.text[option.start : option.end].strip("\"'").casefold()
            text = written if option.is_unknown else texts[index]
            if not text.startswith("start="):
                continue
            value, word = option, text.removeprefix("start=")
            if not word and index + 1 < len(values):
                value, word = values[index + 1], texts[index + 1]
            start = STARTS_OF_SC.get(word)
            if start is not None or value.is_unknown:
                self._change(values[1], call, evaluator, start=value._replace(data=start or value.data))
                return True
        return False

    def net(self, call: Call, evaluator: Evaluator) -> bool:
        """`net stop SERVICE`, by its name or display name."""
        values = _values(call)
        verb = text_of(values[0]).casefold() if values else ""
        if verb not in {"stop", "start"} or len(values) < 2:
            return False
        names = _services(values[1:2])
        for name in names:
            self._change(name, call, evaluator, status=Value(_STATES[verb], values[0].start, values[0].end))
        return bool(names)

    def _change(
        self,
        name: Value,
        call: Call,
        evaluator: Evaluator,
        *,
        start: Value | None = None,
        status: Value | None = None,
    ) -> None:
        known = text_of(name).casefold()
        change = {"starttype": start, "status": status}
        properties = {key: value for key, value in change.items() if value is not None}
        before = next((thing for thing in self.made if thing.text("name").casefold() == known), None)
        words = {text_of(value).casefold() for value in properties.values()}
        may_run_already = bool(evaluator.doubts) or self.is_elsewhere
        may_run = before is None or self.is_elsewhere or _states(before) <= _MAY_RUN
        self.only_starts = may_run_already and words <= _RUNS and may_run
        if self.only_starts:
            return
        if before is None:
            self.made.append(Thing("service", call.start, call.end, {"name": name} | properties))
        else:
            before.properties.update(properties)


def _states(thing: Thing) -> set[str]:
    """The state and the start type that a script gave a service, folded."""
    given = (thing.properties.get(name) for name in ("starttype", "status"))
    return {text_of(value).casefold() for value in given if value is not None}


def get_service(call: Call, _evaluator: Evaluator) -> list[Value]:
    """The output of `Get-Service` by name; without one all services, those of ours amid others that are not known."""
    names = _asked(call)
    others = [Value(_OF_NO_CONCERN, call.start, call.end)]
    if (unnamed := next((name for name in names if name.is_unknown), None)) is not None:
        return [Value(Unknown(_OF_UNKNOWN_NAME), unnamed.start, unnamed.end)]
    asked = _expanded(names or [Value("*", call.start, call.end)])
    services = [Value(_service(name), name.start, name.end) for name in asked]
    return services if names else [*others, *services, *others]


def controller(type_name: str, arguments: Sequence[Value], place: tuple[int, int]) -> Value | None:
    """A new object of the class of services, of the service that is named; None for other types."""
    if not arguments or _CLASS.fullmatch(type_name) is None:
        return None
    name = arguments[0]
    return name._replace(data=Unknown(_OF_UNKNOWN_NAME)) if name.is_unknown else Value(_service(name), *place)


def cmdlet_of(holder: Value, method: str) -> str | None:
    """The cmdlet that does what a method does to services; None for other methods and objects."""
    cmdlet = _CMDLETS_OF_METHODS.get(method)
    return cmdlet if cmdlet is not None and any(map(is_service, flat(holder))) else None


def is_service(item: Value) -> bool:
    """Whether a value is a service as `Get-Service` gives it."""
    if isinstance(item.data, Table):
        return "servicename" in item.data.values
    return isinstance(item.data, Unknown) and item.data.why == _OF_UNKNOWN_NAME


_FILLED_IN = late(r"\$(?:\{[^}]{0,100}\}|\([^)]{0,100}\)|\w[\w:.]{0,100})|[^\w .-]+")
"""What of a name as it is written is filled in, or no letter of it."""


def unnamed_in(call: Call, syntax: Syntax) -> Value | None:
    """What names a service that is stopped, or kept from running, where IPsec's may be meant as it is not known."""
    if call.name in {"sc", "net", "net1"}:
        values = _values(call)
        texts = [text_of(value).casefold() for value in values]
        if texts[:1] != ["stop"] and (texts[:1] != ["config"] or _RUNS & {text.split("=")[-1] for text in texts}):
            return None
        asked = values[1:2]
    else:
        named, _ = parameters(call)
        given_state = given(named, "startuptype") or given(named, "starttype") or given(named, "status")
        states = {"stop-service": "stopped", "suspend-service": "paused"}
        state = states.get(call.name) or (text_of(given_state).casefold() if given_state is not None else "running")
        asked = [] if state in _RUNS else _asked(call)
    unnamed = (name for name in map(name_in, asked) if name.is_unknown and name.data is not _OF_NO_CONCERN)
    return next((name for name in unnamed if may_be_one(_known_of(name, syntax))), None)


def _known_of(name: Value, syntax: Syntax) -> str:
    """A name that is not known, with `*` for what is not known of it."""
    is_one_of_several = isinstance(name.data, Unknown) and name.data.why == UNDECIDED
    return "*" if is_one_of_several else _FILLED_IN.sub("*", syntax.token(name).text)


def name_in(value: Value) -> Value:
    """The name of a service in an object; another value as it is."""
    return value.data.values.get("name", value) if isinstance(value.data, Table) else value


def misspelt_in(call: Call) -> tuple[Value, str] | None:
    """The service name that is one letter off one of ours, and the message about it."""
    named = _asked(call)
    if call.name in {"sc", "net", "net1"}:
        values = _values(call)
        named = values[1:2] if values and text_of(values[0]).casefold() in _VERBS_OF_TOOLS else []
    found = ((name, misspelt(text_of(name))) for name in named if isinstance(name.data, str))
    return next(((name, why) for name, why in found if why is not None), None)


def is_of_no_concern(item: Value) -> bool:
    """Whether an object is a service that IPsec does not depend on."""
    name = item.data.values.get("servicename") if isinstance(item.data, Table) else None
    return name is not None and not name.is_unknown and text_of(name).casefold() not in SERVICES


def passed_on(call: Call) -> list[Value]:
    """The output of a cmdlet on services with `-PassThru`: those of ours."""
    names = (argument.name for argument in call.arguments if argument.name)
    if not call.name.endswith("-service") or not any("passthru".startswith(name.casefold()) for name in names):
        return []
    return [Value(_service(name), name.start, name.end) for name in _names(call)]


def _service(name: Value) -> Table:
    table = Table({"name": name, "servicename": name})
    title = TITLE_OF.get(text_of(name).casefold())
    if title is not None:
        table.values["displayname"] = name._replace(data=title)
    for asked in _ASKED_FOR:
        table.values[asked] = Value(Unknown(f"the {asked} of a service"), name.start, name.end)
    return table


def _names(call: Call) -> list[Value]:
    """The services of ours that a cmdlet acts on."""
    return _services(_expanded(_asked(call)))


def _asked(call: Call) -> list[Value]:
    named, rest = parameters(call)
    name = given(named, "name") or given(named, "inputobject") or given(named, "displayname")
    values = [name] if name is not None else rest[:1] or call.piped or []
    return [item for value in values for item in flat(value)]


def _expanded(names: list[Value]) -> list[Value]:
    """Names with wildcards expanded to the services of ours."""
    expanded: list[Value] = []
    for name in names:
        text = text_of(name).casefold()
        if "*" in text or "?" in text:
            services = dict.fromkeys(service for shown, service in TITLES.items() if fnmatchcase(shown, text))
            expanded += [Value(service, name.start, name.end) for service in services]
        else:
            expanded.append(name)
    return expanded


def _services(values: list[Value]) -> list[Value]:
    """The names of our services among names, display names and objects."""
    known = [(name, TITLES.get(text_of(name).casefold())) for name in map(name_in, values)]
    return [Value(service, name.start, name.end) for name, service in known if service is not None]


def _values(call: Call) -> list[Value]:
    return [item for argument in call.arguments if argument.value is not None for item in flat(argument.value)]
