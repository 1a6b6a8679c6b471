"""Values of the registry, and services, that tasks of Ansible and states of Salt set, each read where it stands.

    - ansible.windows.win_regedit:                 nat-t:
        path: HKLM:\\SYSTEM\\...\\PolicyAgent            reg.present:
        name: AssumeUDPEncapsulationContextOn...         - name: HKLM\\SYSTEM\\...\\PolicyAgent
        data: 2                                          - vname: AssumeUDPEncapsulationContextOn...
        type: dword                                      - vdata: 2

Sources: the pages of ansible.windows.win_regedit, win_service and win_dsc (its resource Registry), of salt.states.reg
and of salt.states.service, also in the long form (`service:` with `- dead` below it); YAML's flow mappings
(`win_service: {name: IKEEXT, start_mode: auto}`). How a service starts is a value of the registry too. What a template
puts in is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import word
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.yaml_blocks import SIGNS_OF_TASKS
from ipseclint.formats.registry.policy import decode, has_settings, says_start
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.formats.registry.written import KINDS_IN_SCRIPTS, NUMBERS, key_in_scripts
from ipseclint.late import late
from ipseclint.model.policy import Policy, ServiceState
from ipseclint.model.setting import Setting
from ipseclint.source import lines_of_text

_TASK = late(
    r"(?P<indent>[ ]{0,80}(?:-[ ]+)?)(?:(?:ansible|community)\.windows\.)?"
    r"(?P<module>win_regedit|win_service|win_dsc|reg\.present|reg\.absent"
    r"|service(?:\.(?P<function>dead|running|disabled|enabled))?)[ ]*:(?P<inline>[^\r\n]*)",
    re.IGNORECASE,
)
_STATE = late(r"[ ]*(?P<quote>['\"]?)(?P<name>HK[^'\"\r\n]{2,400})(?P=quote):", re.IGNORECASE)
"""The name of a state of Salt that is a key of the registry."""
_STATE_OF_SERVICE = late(r"[ ]*(?P<quote>['\"]?)(?P<name>[\w.-]{2,80})(?P=quote):")
"""The name of any state of Salt, which is that of its service where it has no `name`."""
_FUNCTION = late(r"[ ]*-[ ]+(?P<function>[A-Za-z]\w{1,19})[ ]*")
"""The function of a state in its long form, below `service:`, known or not."""
_ENTRY = late(r"(?P<indent>[ ]*)(?:-[ ]+)?(?P<key>\w+)[ ]*:[ ]+(?P<value>[^\r\n]*)")
_INLINE = late(r"(?<!\w)(?P<key>\w{1,20}+)=(?P<value>'[^']*+'|\"[^\"]*+\"|[^\s'\"]++)")
_FLOW = late(r"(?<=[{,])[ ]*(?P<key>\w{1,20}+)[ ]*:[ ]+(?P<value>'[^']*+'|\"[^\"]*+\"|[^,{}'\"]++)")
"""A pair of a mapping in braces."""
_SCALAR = late(r"'(?P<single>[^']*+)'|\"(?P<double>[^\"]*+)\"|(?P<plain>(?:[^\s#]|(?<=\S)#|[ \t]+(?=[^\s#]))++)")
_FILLED = ("{{", "{%")
_DECIDES = late(r"[ ]*(?:-[ ]+)?(?:when|loop|until|with_\w{1,20}|onlyif|unless)[ ]*:")
_ITEM = late(r"\{\{[ ]*item(?:\.\w{1,30}|\[['\"]\w{1,30}['\"]\])?[ ]*\}\}")
_LOOP = late(r"[ ]*(?:loop|with_items|with_list)[ ]*:[ ]*(?P<inline>\[[^\]\r\n]{1,400}\])?[ ]*")
_LOOPED = late(
    r"[ ]*-[ ]+(?:\{[ ]*)?(?:\w{1,30}:[ ]+)?(?P<quote>['\"]?)(?P<name>[\w.-]{2,80})(?P=quote)[ ]*(?:[,}#][^\r\n]*)?"
)
_WORD = late(r"[\w.-]{2,80}")
"""What stands for each item of a loop of Ansible, or a member of it, the loop, and an item below, or beside it."""
_NAMES = {
    "key": "path", "vname": "name", "value": "name", "vdata": "data", "vtype": "type", "datatype": "type",
    "valuename": "name", "valuedata": "data", "valuetype": "type", "ensure": "state",
}  # fmt: skip
"""What each module calls the same, but for `name`, which is the key in a state of Salt."""
_STARTS = {
    "auto": "2",
    "automatic": "2",
    "delayed": "2",
    "manual": "3",
    "disabled": "4",
    "true": "2",
    "false": "4",
    "yes": "2",
    "no": "4",
}
"""How a service starts, in the words of the tools (by one, whether it is enabled) and the number of the registry."""
_SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\"
"""The keys of the services, as a task for one sets its start."""
_NUMBER = late(r"\d{1,10}|0x[0-9a-f]{1,8}", re.IGNORECASE)
_RESOURCES = frozenset({"registry", "xregistry"})
"""The resources of DSC that set a value of the registry, as `win_dsc` names them."""
_STATES = {
    "started": "running", "restarted": "running", "running": "running", "true": "running", "stopped": "stopped",
    "dead": "stopped", "false": "stopped", "paused": "paused",
}  # fmt: skip
"""What a service is left as, in the words of the tools and in that of the console."""
_STARTS_ALONE = {"disabled": "disabled", "enabled": "auto"}
"""Functions of Salt that set how a service starts, and nothing else."""


class Task(NamedTuple):
    """One task: its arguments by name, its lines, and whether a condition decides if it runs.

    `status` is the state in which it leaves a service, `filled` a value that its tool puts in.
    """

    given: Mapping[str, Token]
    status: Token | None
    rows: range
    is_absent: bool
    is_decided: bool
    filled: Token | None = None

    @property
    def key(self) -> str | None:
        """The path of its key, from the root; None for one that is neither the machine's nor the user's."""
        path = self.given.get("path")
        return None if path is None else key_in_scripts(path.text)

    @property
    def concerns_ipsec(self) -> bool:
        """Whether what it sets may concern IPsec."""
        name = self.given.get("name")
        key = self.key
        return key is not None and (has_settings(key) or says_start(key, "" if name is None else name.text))


def tasks_in(text: str, path: str) -> list[Task]:
    """The tasks in a text that may concern IPsec."""
    folded = text.casefold()
    if not any(sign in folded for sign in SIGNS_OF_TASKS):
        return []
    return [task for task in _all_tasks(lines_of_text(text), path) if task.concerns_ipsec]


def _all_tasks(lines: list[str], path: str) -> Iterator[Task]:
    for row, line in enumerate(lines):
        match = _TASK.fullmatch(line.rstrip("\r"))
        if match is None:
            continue
        module = match["module"].casefold()
        is_salt = module.startswith("reg.")
        own = len(match["indent"])
        behind = row + 1
        while behind < len(lines) and (not lines[behind].strip() or _indent(lines[behind]) > own):
            behind += 1
        inline = _FLOW if match["inline"].strip()[:1] == "{" else _INLINE
        entries = [(row, each) for each in inline.finditer(line, match.start("inline"))]
        entries += [(at, each) for at in range(row + 1, behind) if (each := _ENTRY.fullmatch(lines[at].rstrip("\r")))]
        given: dict[str, Token] = {}
        for at, entry in entries:
            scalar = _SCALAR.match(entry["value"])
            if scalar is not None and scalar.lastgroup is not None:
                key = entry["key"].casefold()
                name = "path" if is_salt and key == "name" else _NAMES.get(key, key)
                column = entry.start("value") + scalar.start(scalar.lastgroup) + 1
                given.setdefault(name, Token(scalar[scalar.lastgroup], path, at + 1, column))
        first = row + 1
        if is_salt and "path" not in given and (named := _named_above(_STATE, lines, row, own, path)) is not None:
            given["path"], first = named, named.line
        state, status = given.get("state"), None
        resource = given.get("resource_name")
        if module == "win_dsc" and (resource is None or resource.text.casefold() not in _RESOURCES):
            continue
        if module.startswith("service"):
            function = _function(match, lines, range(row, behind), path)
            named = given.get("name") or _named_above(_STATE_OF_SERVICE, lines, row, own, path)
            if function is None or named is None:
                continue
            first = min(first, named.line)
            given, state = _of_salt(named, function, given.get("enable"))
        around = [*_around(lines, row, behind, own)]
        loops: list[int] = []
        each_given: list[Mapping[str, Token]] = [given]
        if module.endswith("service") or module.startswith("service"):
            loops, each_given = _for_each(given, lines, around, path)
            each_given, state, status = [*map(start_of_service, each_given)], None, state
        for own_given in each_given:
            yield Task(
                given=own_given,
                status=status,
                rows=range(first, behind + 1),
                is_absent=module == "reg.absent" or (state is not None and state.text.casefold() == "absent"),
                is_decided=any(at not in loops and _DECIDES.match(lines[at]) for at in around),
            )


def _for_each(
    given: Mapping[str, Token], lines: list[str], rows: Iterable[int], path: str
) -> tuple[list[int], list[Mapping[str, Token]]]:
    """The loops among the lines of a task whose items name its service, and the arguments for each item."""
    named = given.get("name")
    if named is None or _ITEM.fullmatch(named.text) is None:
        return [], [given]
    loops = [at for at in rows if _LOOP.fullmatch(lines[at].rstrip("\r")) is not None]
    return loops, [{**given, "name": name} for at in loops for name in _looped(lines, at, path)]


def _looped(lines: list[str], row: int, path: str) -> Iterator[Token]:
    """The items of a loop that are words, or their first members: in the brackets on its row, or below it."""
    loop = _LOOP.fullmatch(lines[row].rstrip("\r"))
    if loop is not None and loop["inline"] is not None:
        for item in _WORD.finditer(lines[row], *loop.span("inline")):
            yield Token(item[0], path, row + 1, item.start() + 1)
    for at in range(row + 1, len(lines)):
        listed = _LOOPED.fullmatch(lines[at].rstrip("\r"))
        if listed is None and _indent(lines[at]) <= _indent(lines[row]):
            return
        if listed is not None:
            yield Token(listed["name"], path, at + 1, listed.start("name") + 1)


def _function(match: re.Match[str], lines: list[str], rows: range, path: str) -> Token | None:
    """The function of a state of Salt for a service: behind `service.`, or on a row of its own."""
    if match["function"] is not None:
        return Token(match["function"], path, rows[0] + 1, match.start("function") + 1)
    for row in rows[1:]:
        if (alone := _FUNCTION.fullmatch(lines[row].rstrip("\r"))) is not None:
            return Token(alone["function"], path, row + 1, alone.start("function") + 1)
    return None


def _of_salt(name: Token, function: Token, enable: Token | None) -> tuple[dict[str, Token], Token | None]:
    """What a state of Salt says of a service, in the words of win_service; and its state."""
    start = _STARTS_ALONE.get(function.text.casefold())
    mode = enable if start is None else function.standing_for(start)
    state = function if start is None else None
    given = {"name": name, "start_mode": mode, "state": state}
    return {key: token for key, token in given.items() if token is not None}, state


def start_of_service(given: Mapping[str, Token]) -> dict[str, Token]:
    """The registry value for the start type that a task sets for a service; without data if it sets none."""
    name, mode = given.get("name"), given.get("start_mode")
    if name is None or (mode is None and "state" not in given):
        return {}
    value = {"path": f"{_SERVICES}{name.text}", "name": "Start", "type": "dword"}
    texts = {key: name.standing_for(text) for key, text in value.items()}
    if mode is None:
        return texts
    return {**texts, "data": mode.standing_for(_STARTS.get(mode.text.casefold(), mode.text))}


def _named_above(pattern: re.Pattern[str], lines: list[str], row: int, indent: int, path: str) -> Token | None:
    """The name of the state of Salt that a function on a row belongs to, which is its `name` where none is given."""
    above = next((at for at in range(row - 1, -1, -1) if lines[at].strip() and _indent(lines[at]) < indent), None)
    match = None if above is None else pattern.fullmatch(lines[above].rstrip())
    return None if match is None or above is None else Token(match["name"], path, above + 1, match.start("name") + 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" -"))


def _around(lines: list[str], row: int, behind: int, indent: int) -> Iterator[int]:
    """The lines of the same task beside its module."""
    begin = row
    while begin > 0 and not lines[begin].lstrip().startswith("- ") and _indent(lines[begin - 1]) >= indent:
        begin -= 1
    end = behind
    while end < len(lines) and _indent(lines[end]) >= indent and not lines[end].lstrip().startswith("- "):
        end += 1
    yield from range(begin, end)


def read_tasks(tasks: list[Task], diagnostics: Diagnostics) -> Policy:
    """The policy that tasks set up on a machine; unknown values are reported."""
    tree = Key("", diagnostics.place(1, 1))
    states: dict[str, Setting[str]] = {}
    for task in tasks:
        path, name = task.given["path"], task.given.get("name")
        words = (*task.given.values(), *((task.status,) if task.status else ()))
        filled = next((each for each in words if any(sign in each.text for sign in _FILLED)), None)
        if filled is not None:
            diagnostics.not_understood("a template puts a value into this task: what it sets is not read", filled.span)
            continue
        if task.filled is not None:
            why = "a value is put in here when this is applied: what it sets is not read"
            diagnostics.not_understood(why, task.filled.span)
            continue
        if task.is_decided:
            message = "what decides whether this is set is not followed: it is read as if it were"
            diagnostics.not_understood(message, path.span)
        if task.status is not None:
            states[path.text.rpartition("\\")[2]] = word(task.status, _STATES, "state of a service", diagnostics)
        key = tree.make(task.key or "", path.span)
        if key is None:
            continue
        if task.is_absent:
            if name is not None:
                key.take_out(name)
            else:
                key.take_out_all(path.span)
        elif (data := task.given.get("data")) is not None:
            value = _value("" if name is None else name.text, data, task.given.get("type"))
            is_start = says_start(task.key or "", value.name)
            if value.is_open or (is_start and _NUMBER.fullmatch(data.text) is None):
                is_what = "way in which a service starts" if is_start else "number"
                diagnostics.not_understood(f"{quoted(data.text)} is no {is_what}", data.span)
            key.set(value)
    policy = decode(tree, diagnostics, is_whole=False).policy
    starts = {service.name: service for service in policy.services}
    services = {name: starts.get(name, ServiceState(name=name)) for name in (*starts, *states)}
    left = tuple(each.model_copy(update={"status": states.get(name)}) for name, each in services.items())
    return policy.model_copy(update={"services": left}) if states else policy


def _value(name: str, data: Token, type_: Token | None) -> Value:
    kind = KINDS_IN_SCRIPTS.get("string" if type_ is None else type_.text.casefold(), Kind.SZ)
    if kind not in NUMBERS:
        return Value(name, kind, data)
    try:
        number = int(data.text, 16 if data.text[:2].casefold() == "0x" else 10)
    except ValueError:
        return Value(name, kind, data, is_open=True)
    return Value(name, kind, data, number=number)
