"""GPO backups, folders that `Backup-GPO` writes, read as one policy.

The source is Backup.xml, which lists the content, with the folder's other files as members. Windows applies
Registry.pol, and audit.csv beside it (MS-GPAC); the report shows the same as Registry.pol, and is read for comparison.
"""

from __future__ import annotations

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.events import audit_policy
from ipseclint.formats.gpo import report as gpo_report
from ipseclint.formats.gpo.comparison import differences
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.of_gpo import of_gpo
from ipseclint.formats.kit.xml.document import read
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.kit.xml.wanted import Subtree, Wanted
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry import pol as registry_pol
from ipseclint.formats.registry.tree import Key
from ipseclint.late import late
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import UNNAMED_GPO, Policy
from ipseclint.source import Source, Span

_ROOT = late(r"<GroupPolicyBackupScheme[\s>]")
_LEGACY_EXTENSION = "{e437bc1c-aa7d-11d2-a382-00c04f991e27}"
"""The extension of Group Policy that assigns IP Security Policies (MS-GPIPSEC 1.9)."""

_REGISTRY = "registry.pol"
_OF_GPO = dict.fromkeys(("DisplayName", "Domain", "MachineExtensionGuids"), frozenset({"GroupPolicyCoreSettings"}))
_WANTED = Wanted(_OF_GPO | {"FSObjectFile": frozenset()})


def recognise(source: Source) -> bool:
    """Whether the root is that of Backup.xml."""
    return _ROOT.search(source.head_text[:4096]) is not None


def parse(source: Source) -> Parsed:
    """The policy of the GPO, and contradictions between parts of the backup."""
    diagnostics = Diagnostics(source.path)
    index = _Index(source, diagnostics)
    if not source.members:
        diagnostics.not_understood(
            "a backup without its other files: give the folder that it is in", Span(source.path, 1, 1)
        )
    shown, applied, audits = [], [], []
    for member in source.members:
        if registry_pol.recognise(member):
            applied.append(registry_pol.parse_with_keys(member, index.store))
        elif gpo_report.recognise(member):
            shown.append(member)
        elif audit_policy.recognise(member):
            audits.append(audit_policy.parse_of_gpo(member))
    reports, is_same = _reports(shown, applied)
    registries = [parsed for parsed, _ in applied]
    parts = [*reports, *registries, *audits]
    for part in parts:
        for problem in part.problems:
            diagnostics.add(problem)
    report = merge_policies(tuple(each.policy for each in reports)) if reports else None
    policy = merge_policies(tuple(each.policy for each in registries)) if registries else None
    if policy is not None:
        policy = of_gpo(policy, index.store)
    if report is not None and policy is not None and not is_same:
        for message, span in differences(report, policy):
            diagnostics.contradictory(message, span)
    secrets = tuple(span for part in parts for span in part.secrets)
    policy = policy or report or Policy()
    audited = audits or reports  # a report shows what audit.csv sets
    audit = tuple(setting for each in audited for setting in each.policy.audit)
    return Parsed(
        policy=policy.model_copy(update={"audit": audit}),
        problems=diagnostics.listed(),
        secrets=secrets,
        unread=tuple(member for part in parts for member in part.unread),
        gpo=index.gpo,
    )


def _reports(shown: list[Source], applied: list[tuple[Parsed, Key]]) -> tuple[list[Parsed], bool]:
    """The reports of a backup, and whether nothing of them is left to compare with its Registry.pol."""
    if len(shown) == len(applied) == 1:
        ((parsed, keys),) = applied
        if not (parsed.problems or parsed.secrets or parsed.unread):
            report, is_same = gpo_report.parse_beside(shown[0], keys)
            return [report], is_same
    return [gpo_report.parse(each) for each in shown], False


class _Index:
    """The content of Backup.xml: the GPO, and the files of the backup."""

    def __init__(self, source: Source, diagnostics: Diagnostics) -> None:
        self._source = source
        self._diagnostics = diagnostics
        self._said: dict[str, str] = {}
        for part in read(source, _WANTED):
            if isinstance(part, Problem):
                diagnostics.add(part)
            elif isinstance(part, Subtree):
                self._add(part.element)

    @property
    def gpo(self) -> str:
        """The GPO, `DOMAIN\\GPO`; empty if the index does not say."""
        named = (self._said.get("Domain", ""), self._said.get("DisplayName", ""))
        return "\\".join(each for each in named if each)

    @property
    def store(self) -> str:
        """The name of the GPO for its objects."""
        return self.gpo or UNNAMED_GPO

    def _add(self, element: Element) -> None:
        if element.name != "FSObjectFile":
            self._said[element.name] = element.text.strip()
            if element.name == "MachineExtensionGuids" and _LEGACY_EXTENSION in element.text.casefold():
                why = "the GPO assigns an IP Security Policy, which no backup of it holds"
                self._diagnostics.not_understood(why, self._span(element))
            return
        at = element.attributes.get("Location", "")
        ending = at.replace("\\", "/").casefold()
        if not self._source.members or not ending.endswith(f"machine/{_REGISTRY}"):
            return
        if not any(member.path.replace("\\", "/").casefold().endswith(ending) for member in self._source.members):
            message = f"the backup names {quoted(at)}, which is not in its folder"
            self._diagnostics.add(Problem(code=ProblemCode.UNREADABLE, message=message, span=self._span(element)))

    def _span(self, element: Element) -> Span:
        return Span(self._source.path, *element.start, len(element.name) + 2)


FORMATS = (
    Format(
        name="gpo-backup",
        title="backup of a GPO (a folder with Backup.xml)",
        recognise=recognise,
        parse=parse,
        how_to_export='Backup-GPO -Name "NAME" -Path DIR',
        can_express="the rules, sets, settings and audit policy of one GPO with its name, checked against the report "
        "beside them",
        cannot_express="IP Security Policies, which stand in the directory; links and filters of the GPO",
    ),
)
