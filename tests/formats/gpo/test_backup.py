"""Backups of GPOs: a folder of several files that is one input."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests import ROOT
from tests.cases import cases

from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import ReadInput, read_inputs
from ipseclint.finding import ProblemCode
from ipseclint.formats.gpo import backup, comparison
from ipseclint.formats.gpo import report as gpo_report
from ipseclint.formats.gpo.comparison import _Object, differences, says_the_same
from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.firewall.decode import GPO_KEY
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.model.policy import Policy
from ipseclint.report import InputStatus
from ipseclint.source import Source, Span, bytes_source

FOLDER = ROOT / "fixtures" / "formats" / "gpo-backup"
AGREES = FOLDER / "{B0000000-0000-4000-8000-000000000001}"
DISAGREES = FOLDER / "{B0000000-0000-4000-8000-000000000002}"
THIRD = FOLDER / "{B0000000-0000-4000-8000-000000000003}"


def read(path: Path) -> list[ReadInput]:
    return read_inputs(candidates([str(path)]))


def test_each_backup_in_a_folder_is_one_input() -> None:
    found = read(FOLDER)
    assert [(each.input.format, each.input.status) for each in found] == [
        ("gpo-backup", InputStatus.UNDERSTOOD),
        ("gpo-backup", InputStatus.PARTIAL),
        ("gpo-backup", InputStatus.PARTIAL),
    ]
    assert [Path(each.source.path).parent.name for each in found] == [AGREES.name, DISAGREES.name, THIRD.name]


def test_report_and_registry_are_one_policy() -> None:
    (found,) = read(AGREES)
    assert found.parsed.problems == ()
    assert found.input.objects == {
        "main_mode_crypto_set": 1,
        "quick_mode_crypto_set": 1,
        "authentication_set": 1,
        "connection_security_rule": 1,
        "global_settings": 1,
        "windows_host": 1,
        "audit_setting": 2,
    }
    (rule,) = found.parsed.policy.connection_security_rules
    assert rule.store == "corp.example\\Servers"
    policy = found.parsed.policy
    sets = (*policy.main_mode_crypto_sets, *policy.quick_mode_crypto_sets, *policy.authentication_sets)
    assert {each.store for each in sets if not each.builtin} == {"corp.example\\Servers"}
    assert rule.span.path.endswith("registry.pol")
    assert found.parsed.policy.global_settings[0].name == "global settings of corp.example\\Servers"


def test_disagreements_are_reported() -> None:
    (found,) = read(DISAGREES)
    assert {(problem.code, problem.message) for problem in found.parsed.problems} == {
        (
            ProblemCode.CONTRADICTORY,
            "only Registry.pol has the connection security rule `Name server`",
        ),
        (
            ProblemCode.CONTRADICTORY,
            "Registry.pol, which applies, differs in the connection security rule `Servers & clients`: outbound",
        ),
        (ProblemCode.CONTRADICTORY, "Registry.pol, which applies, differs in the settings: sa idle seconds"),
        (ProblemCode.NOT_UNDERSTOOD, "the GPO assigns an IP Security Policy, which no backup of it holds"),
    }
    at_report = [problem.span for problem in found.parsed.problems if problem.span.path.endswith("gpreport.xml")]
    assert [(each.line, each.column) for each in at_report] == [(17, 23), (34, 9)]


def test_comparison_goes_both_ways() -> None:
    (found,) = read(AGREES)
    policy = found.parsed.policy
    assert list(differences(policy, policy)) == []
    assert [message for message, _ in differences(policy, Policy())] == [
        "only the report has the main mode crypto set `Main mode`, and Registry.pol applies",
        "only the report has the quick mode crypto set `Data`, and Registry.pol applies",
        "only the report has the authentication set `Computers`, and Registry.pol applies",
        "only the report has the connection security rule `Servers & clients`, and Registry.pol applies",
        "only the report has the settings, and Registry.pol applies",
    ]


@pytest.mark.parametrize("folder", [AGREES, DISAGREES, THIRD], ids=["agrees", "disagrees", "third"])
def test_what_is_compared_as_it_is_differs_where_its_content_does(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = read(folder)
    monkeypatch.setattr(_Object, "says_the_same", lambda *_: False)
    (compared,) = read(folder)
    assert compared.parsed == found.parsed


LEAF = re.compile(r"<(q1:\w+)>([^<>]+)</")


def with_part(backup_of: Source, ending: str, change: Callable[[str], str]) -> Source:
    """A backup with one text of it changed."""
    members = tuple(
        bytes_source(each.path, change(each.read_text()).encode("utf-16")) if each.path.endswith(ending) else each
        for each in backup_of.members
    )
    return replace(backup_of, members=members)


def changed_reports() -> Iterator[str]:
    """The report of a backup, and the same with one text or one element of the firewall's part changed."""
    text = (AGREES / "gpreport.xml").read_text(encoding="utf-16")
    yield text
    for leaf in LEAF.finditer(text):
        whole = f"{leaf[0]}{leaf[1]}>"
        for other in (leaf[2].upper(), "7", "|Name=y"):
            yield text[: leaf.start(2)] + other + text[leaf.end(2) :]
        for other in ("", whole * 2, f"{whole}<q1:Strange>1</q1:Strange>", f"{whole}<q1:SHKey>of two</q1:SHKey>"):
            yield text.replace(whole, other, 1)


def test_a_report_that_says_the_same_need_not_be_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = read(AGREES)
    read_so = [0]
    says_only = gpo_report._Report.says_only

    def counted(report: gpo_report._Report, applied: Key) -> bool:
        read_so[0] += (is_same := says_only(report, applied))
        return is_same

    sources = [with_part(found.source, "gpreport.xml", lambda _, text=text: text) for text in changed_reports()]
    monkeypatch.setattr(gpo_report._Report, "says_only", counted)
    quickly = [backup.parse(source) for source in sources]
    assert len(LEAF.findall(changed := next(changed_reports()))) < read_so[0] < len(sources), changed
    monkeypatch.setattr(gpo_report._Report, "says_only", lambda *_: False)
    for source, parsed in zip(sources, quickly, strict=True):
        assert backup.parse(source) == parsed, next(
            each for each in source.members if "gpreport" in each.path
        ).read_text()


@cases(
    ("said", "key", "beside", "is_same"),
    [
        ("v2.26|Action=Secure|Name=A|", "ConSecRules", None, True),
        ("v2.26|Action=Secure|", "ConSecRules", None, False),
        ("v2.26|Action=Secure|Name=|", "ConSecRules", None, False),
        ("v2.26|Action=Secure|Name=A|", "MainModeRules", None, False),
        ("v2.26|Action=Secure|Name=A|", "ConSecRules", "Services\\IKEEXT", False),
    ],
    ids=["named", "by its id", "named nothing", "elsewhere", "beside a service"],
)
def test_what_registry_pol_says_besides_or_by_ids(said: str, key: str, beside: str | None, *, is_same: bool) -> None:
    at, text = Span("p", 1, 1), Token(said, "p", 1, 1)
    store, applied = Key.root("g"), Key.root("p")
    for above, own, name in ((store, key, ""), (applied, rf"{GPO_KEY}\ConSecRules", "{1}")):
        made = above.make(own, at)
        assert made is not None
        made.set(Value(name, Kind.SZ, text))
    if beside is not None:
        applied.make(beside, at)
    assert says_the_same(store, applied) is is_same
    made.take_out_values(at)
    assert not says_the_same(store, applied)


def test_of_what_agrees_no_content_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = read(AGREES)
    policy = found.parsed.policy
    moved = policy.model_copy(
        update={
            "main_mode_crypto_sets": tuple(
                each.model_copy(update={"span": replace(each.span, line=99)}) for each in policy.main_mode_crypto_sets
            )
        }
    )
    monkeypatch.setattr(comparison, "plain", lambda *_: pytest.fail("content was made"))
    assert list(differences(policy, moved)) == []


def test_sets_are_compared_by_id_and_rules_by_name() -> None:
    (found,) = read(AGREES)
    policy = found.parsed.policy
    (crypto,) = policy.main_mode_crypto_sets
    (rule,) = policy.connection_security_rules
    renamed = policy.model_copy(
        update={
            "main_mode_crypto_sets": (crypto.model_copy(update={"name": "Renamed"}),),
            "connection_security_rules": (rule.model_copy(update={"id": "{other}"}),),
        }
    )
    assert list(differences(policy, renamed)) == []


@cases(("name", "is_told"), [("cn=root ca", False), ("CN=ROOT CA", False), ("CN=Other CA", True)])
def test_names_that_differ_in_case_alone_are_the_same(name: str, *, is_told: bool) -> None:
    (found,) = read(AGREES)
    policy = found.parsed.policy
    (authentication,) = policy.authentication_sets
    computer, certificate = authentication.methods
    assert certificate.certificate_authority is not None
    authority = replace(certificate.certificate_authority, value=name)
    methods = (computer, certificate.model_copy(update={"certificate_authority": authority}))
    other = {"authentication_sets": (authentication.model_copy(update={"methods": methods}),)}
    assert bool(list(differences(policy, policy.model_copy(update=other)))) is is_told


def test_an_index_alone_is_said_where_it_begins() -> None:
    (problem,) = backup.parse(bytes_source("Backup.xml", (AGREES / "Backup.xml").read_bytes())).problems
    assert problem.message == "a backup without its other files: give the folder that it is in"
    assert problem.span == Span("Backup.xml", 1, 1)


def test_index_by_its_own_name_is_the_backup() -> None:
    (found,) = read(AGREES / "Backup.xml")
    assert found.input.status is InputStatus.UNDERSTOOD


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(AGREES, tmp_path / AGREES.name))


def test_file_that_the_index_names_is_missing(copied: Path) -> None:
    (copied / "DomainSysvol" / "GPO" / "Machine" / "registry.pol").unlink()
    (found,) = read(copied)
    assert [each.code for each in found.parsed.problems] == [ProblemCode.UNREADABLE]
    # The report stands in for it.
    assert len(found.parsed.policy.connection_security_rules) == 1


def test_backup_without_a_report(copied: Path) -> None:
    (copied / "gpreport.xml").unlink()
    (found,) = read(copied)
    assert found.parsed.problems == ()
    assert found.parsed.policy.connection_security_rules[0].store == "corp.example\\Servers"


def test_damaged_registry_is_told_with_its_place(copied: Path) -> None:
    registry = copied / "DomainSysvol" / "GPO" / "Machine" / "registry.pol"
    registry.write_bytes(registry.read_bytes()[:100])
    (found,) = read(copied)
    malformed = [problem for problem in found.parsed.problems if problem.code is ProblemCode.MALFORMED]
    assert [each.span.path.endswith("registry.pol") for each in malformed] == [True]


def test_other_file_of_that_name_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "backup.xml").write_text("<backup/>")
    shutil.copy(AGREES / "gpreport.xml", tmp_path)
    assert [each.input.format for each in read(tmp_path)] == ["gpo-report"]


def test_keys_in_the_members_are_not_shown(tmp_path: Path, cli: Callable[..., Any]) -> None:
    folder = Path(shutil.copytree(AGREES, tmp_path / AGREES.name))
    (folder / "DomainSysvol" / "GPO" / "Machine" / "registry.pol").unlink()
    report = folder / "gpreport.xml"
    text = report.read_text(encoding="utf-16")
    key = "<q1:Method>MachineSHKey</q1:Method><q1:SHKey>open sesame</q1:SHKey>"
    report.write_text(text.replace("<q1:Method>MachineKerb</q1:Method>", key), encoding="utf-16")
    for command in ("check", "inspect"):
        ran = cli(command, folder)
        assert "open sesame" not in ran.out + ran.err
        assert ran.out


def test_the_audit_policy_of_a_backup_says_what_the_gpo_sets() -> None:
    (found,) = read(AGREES)
    audit = found.parsed.policy.audit
    assert [(setting.subcategory, setting.failure.known) for setting in audit] == [
        ("IPsec Main Mode", True),
        ("IPsec Quick Mode", True),
    ]
    assert audit[0].failure.span.path.endswith("audit.csv")


@cases(("has_registry", "has_csv"), [(True, True), (True, False), (False, True), (False, False)])
def test_what_a_report_says_of_auditing_stands_in_for_the_file_that_is_missing(
    has_registry: bool, has_csv: bool
) -> None:
    audited = (
        '<ExtensionData><Extension xmlns:q9="http://www.microsoft.com/GroupPolicy/Settings/Auditing" '
        'type="q9:AuditSettings"><q9:AuditSetting><q9:SubcategoryName>x</q9:SubcategoryName><q9:SubcategoryGuid>'
        "{0CCE9218-69ae-11d9-bed3-505054503030}</q9:SubcategoryGuid><q9:SettingValue>1</q9:SettingValue>"
        "</q9:AuditSetting></Extension></ExtensionData></Computer>"
    )
    (whole,) = read(AGREES)
    changed = with_part(whole.source, "gpreport.xml", lambda text: text.replace("</Computer>", audited))
    left = [("registry.pol", has_registry), ("audit.csv", has_csv)]
    members = tuple(
        each for each in changed.members if all(is_there or not each.path.endswith(name) for name, is_there in left)
    )
    parsed = backup.parse(replace(changed, members=members))
    assert [setting.failure.known for setting in parsed.policy.audit] == ([True, True] if has_csv else [False])
    assert len(parsed.policy.connection_security_rules) == 1


def test_the_audit_policy_of_a_backup_in_an_archive(tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "backups"), "zip", FOLDER)
    settings = [len(each.parsed.policy.audit) for each in read(Path(archive))]
    assert settings == [2, 0, 0]


def test_what_the_members_hold_and_leave_unread_is_handed_on(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(AGREES, tmp_path / AGREES.name))
    (folder / "DomainSysvol" / "GPO" / "Machine" / "registry.pol").unlink()
    report = folder / "gpreport.xml"
    text = report.read_text(encoding="utf-16")
    key = "<q1:Method>MachineSHKey</q1:Method><q1:SHKey>open sesame</q1:SHKey>"
    report.write_text(text.replace("<q1:Method>MachineKerb</q1:Method>", key), encoding="utf-16")
    (candidate,) = candidates([str(folder)])
    parsed = backup.parse(candidate.source)
    (secret,) = parsed.secrets
    line = report.read_text(encoding="utf-16").splitlines()[secret.line - 1]
    assert line[secret.column - 1 :][: secret.length] == "open sesame"
    assert parsed.gpo == "corp.example\\Servers"


def test_what_damages_the_index_is_told_at_its_place(copied: Path) -> None:
    index = copied / "Backup.xml"
    text = index.read_text(encoding="utf-8")
    index.write_text(text[: text.index("</GroupPolicyBackupScheme")], encoding="utf-8")
    (found,) = read(copied)
    (problem,) = [each for each in found.parsed.problems if each.span.path.endswith("Backup.xml")]
    assert (problem.code, problem.span.line) == (ProblemCode.MALFORMED, text.count("\n"))
    assert len(found.parsed.policy.connection_security_rules) == 1


def test_a_member_that_is_no_part_of_a_policy_changes_nothing() -> None:
    (whole,) = read(AGREES)
    index = whole.source
    other = bytes_source(
        "manifest.xml", b"<Backups xmlns='http://www.microsoft.com/GroupPolicy/GPOOperations/Manifest'/>"
    )
    more = Source(index.path, index.open_bytes, (*index.members, other))
    assert backup.parse(more) == backup.parse(index)
    assert backup.parse(index).policy == whole.parsed.policy
