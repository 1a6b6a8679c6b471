"""Programs and declarations of other tools that run IPsec commands: commands are read in place, nothing is run.

    subprocess.run(["netsh", "advfirewall", ...])        commandToExecute: "powershell New-NetIPsecRule ..."
    exec { 'x': command => 'netsh ...' }                 <Command>netsh</Command><Arguments>advfirewall ...</Arguments>
    RUN powershell -Command New-NetIPsecRule ...         inline = ["netsh ...", "Set-NetFirewallSetting ..."]

The text for cmd.exe or PowerShell stays in its lines and columns, everything else becomes blanks; the readers of batch
files and of PowerShell read the rest. Mentions of IPsec that do not surely run as written are reported.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ipseclint.formats.carried.course import SETS_WHETHER, Course
from ipseclint.formats.carried.literals import blanks, without_comments
from ipseclint.formats.carried.logs import BARE_LIST, is_in_record, logged
from ipseclint.formats.carried.recognition import SIGNS_OF_LOGS, is_json, is_markup, runs_commands
from ipseclint.formats.carried.runs import Run, runs_of
from ipseclint.formats.carried.shown import Places, batch_text, script_text
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source, quoted
from ipseclint.formats.kit.yaml_blocks import SIGNS_OF_INSTALLERS, SIGNS_OF_RESOURCES, SIGNS_OF_TASKS, powershell_blocks
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late, late_names
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy
from ipseclint.secrets import key_spans
from ipseclint.source import Source, ended_by_lf, lines_of_text
from ipseclint.vocabulary.ipsec_tools import FIREWALL_STATE_UNREAD, mention_in
from ipseclint.vocabulary.services import OF_IPSEC, OF_VPN, SERVICES
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.formats.output_strings import recognise as gives_outputs
    from ipseclint.formats.registry.tasks import Task

else:
    (gives_outputs,) = late_names("ipseclint.formats.output_strings", "recognise")

_TAKES_OUT = late(r"\b(?:del(?:ete)?|reset|remove-|disable-|unassign|stop)", re.IGNORECASE)
_TELLS_NETSH = late(r"ipsec|consec|advf|mainmode|[\"' ]-[fc]\b|\bexec\b|[$%{]", re.IGNORECASE)
_NAME_ALONE = late(
    r"^.{0,400}[^\W\d_][ \t]{1,4}advfirewall(?:[,.?!](?=\s|$)|[ \t]{1,4}+(?!add|[cdefms]|im|res)[^\W\d_])"
    r"|^\s{0,80}(?:class|import|module|namespace|package|require|using)[ \t]{1,4}['\"]?"
    r"[\w.:/]{1,80}['\"]?[ \t]{0,4}[{;:]?[ \t]{0,4}$",
    re.IGNORECASE,
)
"""A sentence that names the context of netsh with no command of it, or a declaration of a name of the program's own."""
_LOOKS = late(r"\bshow\b", re.IGNORECASE)
_SETS = late(r"\b(?:add|set|del(?:ete)?|import|reset)\b", re.IGNORECASE)
_SERVICE = late(
    r"^[ \t]*(?:-[ \t]+)?(?:(?:ansible|community)\.windows\.)?(?:windows_|dsc_|win_)?service(?:\.\w{1,16})?[ ]?"
    r"(?:(?:=>|[:{(])\s{0,40}){0,2}(?:-?[ ]{0,4}name:[ ]{0,4})?"
    rf"['\"]?(?P<name>{OF_IPSEC}|{OF_VPN})\b",
    re.IGNORECASE | re.MULTILINE,
)
"""A resource of another tool that declares how a service of IPsec or a VPN runs."""
_SCRIPT_FILE = late(
    r"^[ ]{0,80}(?:-[ ]{1,8})?(?:ansible\.(?:builtin|legacy)\.)?script[ ]*:[ ]*(?:\r?\n[ ]{1,80}cmd[ ]*:[ ]*)?[\"']?"
    r"(?P<name>[\w./{} -]{1,200}\.(?:bat|cmd|ps1|vbs))(?!\w)",
    re.MULTILINE,
)
_FIREWALL = late(
    r"^[ ]*(?P<state>win_firewall\.disabled)[ ]*:"
    r"|^[ ]*(?P<rule>win_firewall\.(?:add|delete)_rule)[ ]*:[ ]*\r?\n(?:[ ]+-[^\r\n]*\r?\n){0,10}?"
    r"[ ]+-[ ](?:localport|protocol)[ ]*:[ ]*+['\"]?(?:[\d, -]*\b(?:4?500|5[01])\b|esp\b|ah\b)",
    re.MULTILINE | re.IGNORECASE,
)
"""A state of Salt (salt.states.win_firewall) that turns the firewall off, or changes a rule for packets of IPsec."""
_VARIABLE_OF_STEP = late(r"<variable[ \t][^<>]*property=\"CommandLine\"[^<>]*>\s*+([^<]++)</variable>")
_ACTION_OF_STEP = late(r"<action>\s*+(?:smsswd\.exe\s++/run:\S*+\s++)?+([^<]++)</action>", re.IGNORECASE)
"""The command of a step of a task sequence, which its action has, too."""
_SIGNS = (*SIGNS_OF_TASKS, *SIGNS_OF_RESOURCES, *SIGNS_OF_INSTALLERS)
_SAY_NOTHING = frozenset({"hidden code", "task", "process of WMI", "library", "objects of WMI"})
"""Tools of which a name in another language says nothing."""
_MAY_BE_NAMES = frozenset({"advfirewall", "windowsfirewall"})
"""What a sentence, or a program about the firewall, names without a command."""
_DECLARES = frozenset({"manifest", "registry"})
"""What is told what holds, and runs nothing."""
_NOT_RUN = "{} stands where nothing tells that it runs: it is not read"


def recognise(source: Source) -> bool:
    """Whether a text in another language runs a literal that is an IPsec command, or a log says that one ran."""
    if _sets_registry(source) or runs_commands(source.head_text, source.path):
        return True
    is_named = any(sign in source.head_folded for sign in SIGNS_OF_LOGS)
    if not (is_named or BARE_LIST.match(source.head_text) is not None):
        return False
    gives_others = is_json(source.head_text) and gives_outputs(source)  # first, for what it takes is read again
    return not gives_others and bool(logged(source.head_text, source.path))


def _sets_registry(source: Source) -> bool:
    """Whether a text has tasks or resources that set registry values of IPsec, and no PowerShell script."""
    sets = source.once(_tasks_in_head) or _services_apart(source.head_text)
    return bool(sets) and not powershell_blocks(source.head_text)


def _services_apart(text: str) -> list[re.Match[str]]:
    """The names of services of IPsec that variables hand to resources."""
    folded = text.casefold()
    if "service" not in folded or not any(each.casefold() in folded for each in SERVICES):
        return []
    from ipseclint.formats.registry.resources import services_apart

    return list(services_apart(text))


def _tasks_in_head(source: Source) -> list[Task]:
    return _tasks(ended_by_lf(source.head_text), source.path) if source.holds_any_folded(_SIGNS) else []


def _tasks_in(source: Source) -> list[Task]:
    """The tasks and resources in a text that may concern IPsec; where the head is all of it, recognition found them."""
    text = source.read_text()
    return source.once(_tasks_in_head) if text is source.head_text else _tasks(ended_by_lf(text), source.path)


def _tasks(text: str, path: str) -> list[Task]:
    folded = text.casefold()
    if not any(sign in folded for sign in _SIGNS):
        return []
    from ipseclint.formats.registry.installers import installed_in
    from ipseclint.formats.registry.resources import resources_in
    from ipseclint.formats.registry.tasks import tasks_in

    return [*tasks_in(text, path), *resources_in(text, path), *installed_in(text, path)]


@of_source
def _parse(source: Source) -> Parsed:
    from ipseclint.formats.netsh.script import read_batch
    from ipseclint.formats.powershell.script.reader import read_script
    from ipseclint.formats.registry.tasks import read_tasks

    text, diagnostics = ended_by_lf(source.read_text()), Diagnostics(source.path)
    markup = is_markup(text)
    diagnostics.secrets += key_spans(text, diagnostics.path)
    places = Places(text, diagnostics.path)
    runs = list(runs_of(text, is_markup=markup))
    ran = _tell_logged(runs, text, places, diagnostics)
    runs = [run for run in runs if places.of(run).line not in ran]
    tasks = _tasks_in(source)
    read = _tell_doubted([run for run in runs if not run.is_filled], text, places, diagnostics)
    for run in runs:
        if run.is_filled and mention_in(run.words) is not None:
            diagnostics.not_understood("the program puts a value into this command: it is not read", places.of(run))
    done = ran | {row for task in tasks for row in task.rows}
    _tell_others(_without_repeated(without_comments(text, is_markup=markup)), runs, done, places, diagnostics)
    policies: list[Policy] = [read_tasks(tasks, diagnostics)] if tasks else []
    for run_by, shown in (
        (read_batch, batch_text(text, [run for run in read if not run.is_script])),
        (read_script, script_text(text, [run for run in read if run.is_script])),
    ):
        if shown:
            parsed = run_by(shown, Diagnostics(diagnostics.path))
            policies.append(parsed.policy)
            diagnostics.problems += parsed.problems
            diagnostics.secrets += parsed.secrets
            diagnostics.unread.update(dict(parsed.unread))
            diagnostics.given.update(dict(parsed.given))
    filled = tuple(policy for policy in policies if not policy.is_empty)
    return Parsed(
        policy=merge_policies(filled or (Policy(),)),
        problems=diagnostics.listed(),
        secrets=tuple(sorted(set(diagnostics.secrets), key=lambda span: (span.line, span.column, span.length))),
        unread=diagnostics.unread_names(),
        given=diagnostics.given_later(),
    )


def _without_repeated(shown: str) -> str:
    """The text without the commands that a task sequence has twice."""
    if "<variable" not in shown:
        return shown
    actions = {match[1].strip() for match in _ACTION_OF_STEP.finditer(shown)}
    return _VARIABLE_OF_STEP.sub(lambda match: blanks(match[0]) if match[1].strip() in actions else match[0], shown)


def _tell_doubted(runs: Sequence[Run], text: str, places: Places, diagnostics: Diagnostics) -> list[Run]:
    """The commands that run, and those that may, which is reported; of the latter none that removes something."""
    course = Course(lines_of_text(text))
    rows = [places.row(run.start) for run in runs]
    functions = {function for row in rows if (function := course.function(row))}
    doubted = [course.is_decided(row) or (len(functions) > 1 and bool(course.function(row))) for row in rows]
    if runs and not any(doubted) and (decides := SETS_WHETHER.search(text)) is not None:
        at = diagnostics.place(places.row(decides.start()) + 1, 1, len(decides[0]))
        diagnostics.not_understood("what decides here which commands run is not followed: each is read as run once", at)
    out = [run for run, is_doubted in zip(runs, doubted, strict=True) if is_doubted and _TAKES_OUT.search(run.words)]
    for run in out:
        message = "the program decides whether it runs this: what it takes out is not followed"
        diagnostics.not_understood(message, places.of(run))
    kept = [run for run in runs if run not in out]
    may_run = [
        run
        for run, is_doubted in zip(runs, doubted, strict=True)
        if is_doubted and run not in out and mention_in(run.words) is not None
    ]
    if may_run:
        more = f", and {plural(len(may_run) - 1, 'more command')}" if len(may_run) > 1 else ""
        message = f"the program decides whether it runs this{more}: it is read as run once"
        diagnostics.not_understood(message, places.of(may_run[0]))
    return kept


def _tell_logged(runs: Sequence[Run], text: str, places: Places, diagnostics: Diagnostics) -> frozenset[int]:
    """Report once that a log lists commands that ran; their lines. Keys in them are recorded."""
    from ipseclint.formats.netsh.script import read_batch

    told = [command.span for command in logged(text, diagnostics.path)]
    if not is_json(text):
        told += [places.of(run) for run in runs if is_in_record(text, run)]
    ran = frozenset(span.line for span in told)
    if told:
        of_log = [run for run in runs if places.of(run).line in ran and not run.is_script]
        diagnostics.secrets += read_batch(batch_text(text, of_log), Diagnostics(diagnostics.path)).secrets
        commands = plural(len(told), "command")
        message = f"a log of processes: {commands} of IPsec ran once, which deploys nothing; export the policy itself"
        diagnostics.not_understood(message, told[0])
    return ran


def _tell_others(
    shown: str, runs: Sequence[Run], ran: frozenset[int], places: Places, diagnostics: Diagnostics
) -> None:
    """Report mentions of IPsec besides the commands, on lines that are no comment and not only a query."""
    of_runs = {row for run in runs for row in range(places.row(run.start), places.row(run.end) + 1)}
    _tell_firewall(shown, places, diagnostics)
    _tell_script_files(shown, places, diagnostics)
    _tell_services(shown, of_runs | {number - 1 for number in ran}, places, diagnostics)
    for row, line in enumerate(lines_of_text(shown)):
        if row in of_runs or row + 1 in ran or (_LOOKS.search(line) is not None and _SETS.search(line) is None):
            continue
        mention = mention_in(line)
        if mention is not None and mention.tool.kind not in _SAY_NOTHING and not _names_only(mention.words, line):
            at = line.lower().find(mention.words) + 1 or len(line) - len(line.lstrip()) + 1
            place = diagnostics.place(row + 1, at, len(mention.words))
            named = quoted(mention.words)
            declares = mention.tool.kind in _DECLARES
            diagnostics.not_understood(mention.sentence(named) if declares else _NOT_RUN.format(named), place)


def _tell_script_files(shown: str, places: Places, diagnostics: Diagnostics) -> None:
    """Report the files that tasks of Ansible copy to a machine and run there (its module `script`)."""
    for script in _SCRIPT_FILE.finditer(shown):
        place = diagnostics.place(*places.line_and_column(script.start("name")), len(script["name"]))
        diagnostics.not_understood("runs another script, which is not part of this input", place)


def _tell_firewall(shown: str, places: Places, diagnostics: Diagnostics) -> None:
    """Report states of Salt for the firewall that concern IPsec."""
    for state in _FIREWALL.finditer(shown):
        kind = state.lastgroup or ""
        why = (
            "a rule of the firewall for the packets of IPsec is changed here, which is not read"
            if kind == "rule"
            else FIREWALL_STATE_UNREAD
        )
        place = diagnostics.place(*places.line_and_column(state.start(kind)), len(state[kind]))
        diagnostics.not_understood(why, place)


def _tell_services(shown: str, read: Collection[int], places: Places, diagnostics: Diagnostics) -> None:
    """Report services of IPsec that are declared, or handed to a resource, on other rows than those that are read."""
    said = {
        "how the service {} is to run is declared here: it is not read": _SERVICE.finditer(shown),
        "{} stands beside services that a variable names: what is done to it is not read": _services_apart(shown),
    }
    told: set[int] = set()
    for message, names in said.items():
        for name in names:
            at = name.start("name")
            if places.row(at) in read or at in told:
                continue
            told.add(at)
            place = diagnostics.place(*places.line_and_column(at), len(name["name"]))
            diagnostics.not_understood(message.format(quoted(name["name"])), place)


def _names_only(words: str, line: str) -> bool:
    """Whether a line only mentions netsh or a word of it, without IPsec arguments or a file to run."""
    if words == "netsh":
        return _TELLS_NETSH.search(line) is None
    return words in _MAY_BE_NAMES and "netsh" not in line.lower() and _NAME_ALONE.match(line) is not None


FORMATS = (
    Format(
        name="carried-commands",
        title="program, template or task of another tool that runs commands of IPsec",
        recognise=recognise,
        parse=_parse,
        how_to_export="none: it is the program or declaration itself (Terraform, ARM, Packer, Puppet, Chef, Python, "
        "C#, a Dockerfile, scripts.ini, a task, an answer file)",
        can_express="what the commands can that stand in it whole",
        cannot_express="values that the program puts in; which of its functions and branches run",
    ),
)
