"""The PowerShell module: it parses, is documented, asks the program for what there is, and reads what there is.

No PowerShell runs here: the module is read as a tree, and held to the program's own options and reports.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tree_sitter_powershell
import typer
from lxml import etree
from tree_sitter import Language, Node, Parser

from ipseclint.cli.app import build
from tests import ROOT
from tests.cases import cases

FOLDER = ROOT / "powershell" / "Ipseclint"
SOURCE = (FOLDER / "Ipseclint.psm1").read_text(encoding="utf-8")
MANIFEST = (FOLDER / "Ipseclint.psd1").read_text(encoding="utf-8")

CORE_TYPES = {
    "array", "bool", "char", "datetime", "hashtable", "int", "int[]", "object", "object[]", "ordered",
    "regex", "string", "string[]", "switch", "version",
    "Alias", "CmdletBinding", "OutputType", "Parameter", "ValidateRange", "ValidateSet",
}  # fmt: skip
"""What constrained language mode lets a script name ("about_Language_Modes")."""

FORBIDDEN = {"Add-Type", "Invoke-Expression", "iex", "Start-Process", "Write-Host"}


def tree(text: str) -> Node:
    return Parser(Language(tree_sitter_powershell.language())).parse(text.encode()).root_node


def nodes(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def text_of(node: Node) -> str:
    assert node.text is not None
    return node.text.decode()


@cache
def functions() -> dict[str, str]:
    """The functions of the module by name, with their text."""
    found = {}
    for node in nodes(tree(SOURCE)):
        if node.type == "function_statement":
            name = next(text_of(child) for child in node.children if child.type == "function_name")
            found[name] = text_of(node)
    return found


EXPORTED = re.findall(r"'([A-Z]\w+-\w+)'", re.search(r"FunctionsToExport.*?\)", MANIFEST, re.DOTALL)[0])  # type: ignore[index]


@cases("text", [SOURCE, MANIFEST], ids=["module", "manifest"])
def test_it_parses(text: str) -> None:
    assert [text_of(node)[:60] for node in nodes(tree(text)) if node.type == "ERROR" or node.is_missing] == []


def test_the_manifest_and_the_module_export_the_same() -> None:
    exported = re.search(r"Export-ModuleMember -Function @\((.*?)\)", SOURCE, re.DOTALL)
    assert exported is not None
    assert sorted(re.findall(r"'([^']+)'", exported[1])) == sorted(EXPORTED)
    assert set(EXPORTED) <= set(functions())
    assert len(EXPORTED) == 11


def test_the_manifest_has_the_version_of_the_program() -> None:
    from ipseclint.version import __version__

    assert f"ModuleVersion        = '{__version__}'" in MANIFEST


@cases("name", EXPORTED)
def test_an_exported_function_is_documented_with_every_parameter_and_an_example(name: str) -> None:
    body = functions()[name]
    help_text = re.search(r"<#(.*?)#>", body, re.DOTALL)
    assert help_text is not None
    assert ".SYNOPSIS" in help_text[1]
    assert ".EXAMPLE" in help_text[1]
    declared = set(re.findall(r"\]\$(\w+)", parameters(body)))
    described = set(re.findall(r"\.PARAMETER (\w+)", help_text[1]))
    assert declared
    assert described == declared


def parameters(body: str) -> str:
    """The text of the `param` block, to its closing bracket."""
    start = body.index("param(", body.index("#>"))
    depth = 0
    for index in range(start + 5, len(body)):
        depth += {"(": 1, ")": -1}.get(body[index], 0)
        if depth == 0:
            return body[start : index + 1] + "\n"
    raise AssertionError("the block does not end")


@cases("name", [name for name in EXPORTED if name.partition("-")[0] in {"New", "Write", "Send", "Export", "Register"}])
def test_what_changes_something_asks_whether_it_should(name: str) -> None:
    assert "SupportsShouldProcess = $true" in functions()[name]
    assert "Test-IsAgreed -Cmdlet $PSCmdlet" in functions()[name]


def test_only_language_that_constrained_mode_allows() -> None:
    root = tree(SOURCE)
    types = {text_of(node).strip("[]") for node in nodes(root) if node.type in {"type_literal", "attribute"}}
    names = {re.split(r"[(\s]", name)[0] + ("[]" if name.endswith("[]") else "") for name in types}
    assert {name.removesuffix("[]") for name in names} <= {name.removesuffix("[]") for name in CORE_TYPES}
    called = {text_of(node) for node in nodes(root) if node.type == "command_name"}
    assert called & FORBIDDEN == set()
    made = re.findall(r"New-Object\b.*", SOURCE)
    assert [line.startswith("New-Object -TypeName PSObject ") for line in made] == [True]
    # Conversions and methods that it refuses: a cast to a custom object, references, the methods of $PSCmdlet but where
    # the mode was asked for.
    assert not re.search(r"\[(pscustomobject|ref)\][@(]", SOURCE)
    assert [body for body in functions().values() if ".ShouldProcess(" in body] == [functions()["Test-IsAgreed"]]
    static = [node for node in nodes(root) if node.type == "::"]
    assert static == []


def options_of(command: str) -> set[str]:
    """The options that a command of the program takes."""
    group = typer.main.get_command(build(command))
    return {option for item in group.commands[command].params for option in item.opts if option.startswith("-")}  # type: ignore[attr-defined]


CALLS = {
    "check": "Invoke-Ipseclint",
    "rules": "Get-IpseclintRule",
    "explain": "Get-IpseclintExplanation",
    "negotiate": "Test-IpsecNegotiation",
    "waive": "New-IpseclintWaiver",
}


@cases("command", CALLS)
def test_every_option_that_is_passed_is_one_of_the_program(command: str) -> None:
    body = functions()[CALLS[command]]
    assert f"@('{command}'" in body
    passed = set(re.findall(r"'(--[a-z-]+)'", body))
    group = typer.main.get_command(build(command))
    known = (
        options_of(command)
        if command != "rules"
        else {
            option
            for item in group.commands["rules"].params
            for option in item.opts  # type: ignore[attr-defined]
        }
    )
    assert passed
    assert passed <= known


def test_words_of_users_stand_behind_the_end_of_options() -> None:
    for name in ("Invoke-Ipseclint", "Get-IpseclintExplanation", "Test-IpsecNegotiation", "New-IpseclintWaiver"):
        assert "'--'" in functions()[name].replace('"', "'"), name


def members(data: Any, path: str) -> Any:
    for part in path.split("."):
        data = data[part]
    return data


def read_of(variable: str, function: str) -> set[str]:
    """The members of a variable that a function of the module reads."""
    read = set(re.findall(rf"\${variable}\.([a-z_]+(?:\.[a-z_]+)*)", functions()[function]))
    assert read, (variable, function)
    return read


def test_what_is_read_of_a_report_stands_in_one(cli: Callable[..., Any]) -> None:
    *findings, report = map(json.loads, cli(ROOT / "fixtures/runs/docs/policy.cmd", "-o", "jsonl").out.splitlines())
    assert {each["type"] for each in findings} == {"finding"}
    assert report["type"] == "summary"
    for path in read_of("Finding", "ConvertTo-Finding"):
        members(findings[0], path)
    read = read_of("body", "Invoke-Ipseclint")
    assert {"summary", "not_checked", "inputs", "tool.version"} <= read
    for path in read:
        members(report, path)


def test_what_is_read_of_a_problem_stands_in_one(tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "p.cmd").write_text("netsh advfirewall consec add rule name=%X%\n")
    problem = json.loads(cli(tmp_path / "p.cmd", "-o", "jsonl").out.splitlines()[0])
    assert problem["type"] == "problem"
    for path in read_of("Problem", "ConvertTo-Problem"):
        members(problem, path)


def test_what_is_read_of_rules_explanations_and_negotiations_stands_there(cli: Callable[..., Any]) -> None:
    (rule, *_) = json.loads(cli("rules", "--all", "--format", "json").out)
    for path in read_of("rule", "Get-IpseclintRule"):
        members(rule, path)
    explained = json.loads(cli("explain", "--format", "json", "--", "4653").out)["explanations"][0]
    for path in read_of("explanation", "Get-IpseclintExplanation"):
        members(explained, path)
    scripts = ROOT / "fixtures/runs/docs/scripts"
    pairs = json.loads(cli("negotiate", "--format", "json", "--", scripts / "hub.cmd", "azure-gateway").out)["pairs"]
    for path in read_of("pair", "Test-IpsecNegotiation"):
        members(pairs[0], path)


def test_every_object_that_is_returned_has_a_view_whose_columns_it_has() -> None:
    views = etree.parse(str(FOLDER / "Ipseclint.Format.ps1xml"))
    assert list(views.iter("View"))
    for view in views.iter("View"):
        assert list(view.iter("PropertyName"))
        kind = view.findtext("ViewSelectedBy/TypeName")
        made = next(body for body in functions().values() if f"ConvertTo-Record -TypeName '{kind}'" in body)
        for column in view.iter("PropertyName"):
            assert re.search(rf"^\s+{column.text}\s+= ", made, re.MULTILINE), (kind, column.text)


def passed(body: str) -> Iterator[tuple[str, str]]:
    """Each option that a function hands to the program with a value, and the parameter that the value is from."""
    for line in body.splitlines():
        loop = re.search(r"foreach \(\$(\w+) in \$(\w+)", line)
        for option, word in re.findall(r"'(--[a-z-]+)', \(?(?:Resolve-Name -Name |'[^']*' -f )?\$(\w+)", line):
            yield option, loop[2] if loop and loop[1] == word else word


def is_closed(parameter: Any) -> bool:
    """Whether the program completes the values of an option or argument, other than by the names of files."""
    return parameter._custom_shell_complete is not None or bool(getattr(parameter.type_descriptor, "choices", None))


def completed() -> set[tuple[str, str]]:
    """The parameters with a completer, or a closed list of their own."""
    registered = re.findall(r"-CommandName '([\w-]+)' -ParameterName '(\w+)'", SOURCE)
    listed = [
        (name, parameter)
        for name, body in functions().items()
        for parameter in re.findall(r"\[ValidateSet\([^)]*\)\]\s*\[string(?:\[\])?\]\$(\w+)", body)
    ]
    return {*registered, *listed}


def test_a_parameter_whose_values_the_program_completes_is_completed_here_too() -> None:
    wanted = set()
    for command, name in CALLS.items():
        item = typer.main.get_command(build(command)).commands[command]  # type: ignore[attr-defined]
        by_option = {option: parameter for parameter in item.params for option in parameter.opts}
        wanted |= {(name, parameter) for option, parameter in passed(functions()[name]) if is_closed(by_option[option])}
        for parameter in item.params:
            if parameter.param_type_name == "argument" and is_closed(parameter):
                wanted.add((name, str(parameter.name).capitalize()))
    assert {("Invoke-Ipseclint", word) for word in ("Select", "Ignore", "Ruleset", "Report")} <= wanted
    assert ("Get-IpseclintExplanation", "Word") in wanted
    assert wanted <= completed(), wanted - completed()


def test_whatever_is_completed_is_a_parameter() -> None:
    for name, parameter in completed():
        assert re.search(rf"\]\${parameter}\b", parameters(functions()[name])), (name, parameter)
