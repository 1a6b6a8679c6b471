"""The published rules of PSScriptAnalyzer, as far as a tree of a script shows them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import ROOT
from tests.cases import cases
from tests.powershell.shell.tree import parsed, written
from tests.powershell.test_module import EXPORTED, MANIFEST, functions, nodes

SCRIPTS = [
    ROOT / "powershell" / "Ipseclint" / "Ipseclint.psm1",
    ROOT / "powershell" / "install.ps1",
    ROOT / "linter" / "ipseclint" / "collect" / "Export-IpsecPolicy.ps1",
    ROOT / ".ci" / "constrained.ps1",
    ROOT / ".ci" / "sign.ps1",
    ROOT / ".ci" / "windows.ps1",
    *sorted((ROOT / "docs" / "recipes").glob("*.ps1")),
]
APPROVED = {
    "Add", "Assert", "Clear", "Compare", "ConvertTo", "Export", "Format", "Get", "Hide", "Invoke", "New", "Read",
    "Register", "Remove", "Resolve", "Select", "Send", "Test", "Write",
}  # fmt: skip
"""Those of Get-Verb that are used here."""

FORBIDDEN = {
    "invoke-expression", "iex", "write-host", "get-wmiobject", "invoke-wmimethod", "set-wmiinstance",
    "convertto-securestring", "set-alias", "new-alias", "start-sleep", "read-host",
}  # fmt: skip


@pytest.fixture(params=SCRIPTS, ids=lambda path: path.name)
def script(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_commands_are_called_by_their_names_and_none_that_is_advised_against(script: Path) -> None:
    root = parsed(script.read_text(encoding="utf-8"))
    called = {written(node) for node in nodes(root) if node.type == "command_name"}
    assert {name.casefold() for name in called} & FORBIDDEN == set()
    in_dsc = {"Configuration", "Import-DscResource", "Node", "Script", "GetScript", "TestScript", "SetScript"}
    for name in called - (in_dsc if script.name == "dsc.ps1" else set()):
        assert re.fullmatch(r"[A-Z]\w+-[A-Z]\w+", name), f"{name} is an alias"
    parameters = {written(node).casefold() for node in nodes(root) if node.type == "command_parameter"}
    assert parameters & {"-computername", "-password", "-asplaintext"} == set()


def test_nothing_is_global_and_no_failure_is_dropped(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert re.search(r"\$global:|function global:", text, re.IGNORECASE) is None
    for node in nodes(parsed(text)):
        if node.type == "catch_clause":
            block = next(child for child in node.named_children if child.type == "statement_block")
            assert [child for child in block.named_children if child.type != "comment"], "an empty catch"
        if node.type == "comparison_expression" and len(node.children) == 3:
            left, sign, right = (written(child) for child in node.children)
            assert not (sign in {"-eq", "-ne"} and right == "$null"), f"{left} {sign} $null: $null stands first"


def test_the_text_is_clean(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert text.isascii(), "Windows PowerShell reads what has no byte order mark as ANSI"
    for number, line in enumerate(text.splitlines(), start=1):
        assert line == line.rstrip(), f"line {number} ends in blanks"
        assert not line.endswith(";"), f"line {number} ends in a semicolon"


def test_functions_have_an_approved_verb_and_a_singular_noun(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    names = [written(node) for node in nodes(parsed(text)) if node.type == "function_name"]
    assert bool(names) == (re.search(r"^\s*function ", text, re.MULTILINE) is not None)
    for name in names:
        verb, _, noun = name.partition("-")
        assert verb in APPROVED
        assert not noun.endswith("s"), noun


def test_what_changes_state_by_its_verb_asks_first(script: Path) -> None:
    for node in nodes(parsed(script.read_text(encoding="utf-8"))):
        if node.type != "function_statement":
            continue
        name = next(written(child) for child in node.children if child.type == "function_name")
        if name.partition("-")[0] in {"New", "Set", "Remove", "Start", "Stop", "Restart", "Reset", "Update"}:
            assert "SupportsShouldProcess = $true" in written(node), name


def test_no_switch_is_on_by_default(script: Path) -> None:
    assert re.search(r"\[switch\]\$\w+\s*=", script.read_text(encoding="utf-8")) is None


@cases("name", EXPORTED)
def test_parameters_that_powershell_gives_itself_are_not_declared(name: str) -> None:
    declared = {each.casefold() for each in re.findall(r"\]\$(\w+)", functions()[name])}
    assert declared & {"whatif", "confirm", "verbose", "debug", "erroraction", "outvariable"} == set()


def test_the_manifest_says_what_it_exports_and_has_what_a_gallery_demands() -> None:
    assert "'*'" not in MANIFEST
    for field in (
        "ModuleVersion",
        "GUID",
        "Author",
        "Description",
        "CmdletsToExport",
        "VariablesToExport",
        "AliasesToExport",
    ):
        assert re.search(rf"^\s*{field}\s+=", MANIFEST, re.MULTILINE), field


_SET_FOR_THE_ENGINE = {
    "errorActionPreference",
    "confirmPreference",
    "progressPreference",
    "PSNativeCommandArgumentPassing",
    "PSNativeCommandUseErrorActionPreference",
    "LASTEXITCODE",
}
"""Variables that PowerShell itself reads."""

_PASSED_BY_THE_HOST = {"commandName", "parameterName"}
"""What a completer is given, in this order, before the word that it needs."""


def variables(text: str) -> list[str]:
    """Every mention of a variable, also within text in double quotes, without its scope."""
    found = re.findall(r"[$@]\{?(?:(?:script|global|env|using):)?(\w+)", text, re.IGNORECASE)
    return [name.casefold() for name in found]


def test_what_is_assigned_or_declared_is_used(script: Path) -> None:
    """UseDeclaredVarsMoreThanAssignments and ReviewUnusedParameter: no name is mentioned once alone."""
    text = re.sub(r"<#.*?#>", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
    mentioned = variables(text)
    given = {name.casefold() for name in _SET_FOR_THE_ENGINE | _PASSED_BY_THE_HOST | {"_", "null", "true", "false"}}
    assigned = {
        written(node).strip("$@{}").rpartition(":")[2].casefold()
        for node in nodes(parsed(text))
        if node.type == "variable"
        and node.parent
        and node.parent.type in {"script_parameter", "left_assignment_expression"}
    } | {name.casefold() for name in re.findall(r"^\s*\$(\w+) = ", text, re.MULTILINE)}
    assert sorted(name for name in assigned - given if mentioned.count(name) < 2) == []


def test_more_than_two_arguments_are_given_by_name(script: Path) -> None:
    """AvoidUsingPositionalParameters warns from the third positional argument of a cmdlet on."""
    too_many: list[str] = []
    for node in nodes(parsed(script.read_text(encoding="utf-8"))):
        if node.type != "command":
            continue
        name = next((written(child) for child in node.children if child.type == "command_name"), "")
        if not re.fullmatch(r"[A-Z]\w+-[A-Z]\w+", name):
            continue
        elements = next((child.children for child in node.children if child.type == "command_elements"), [])
        parts = [child for child in elements if child.type not in {"command_argument_sep", "redirection"}]
        positional = [
            part
            for number, part in enumerate(parts)
            if part.type != "command_parameter" and (number == 0 or parts[number - 1].type != "command_parameter")
        ]
        too_many += [written(node)] if len(positional) > 2 else []
    assert too_many == []
