"""Task sequences of Configuration Manager and MDT: the commands of their steps are read, each once."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

RULE = 'netsh advfirewall consec add rule name="Lab" endpoint1=any endpoint2=10.9.0.0/16 action=requireinrequestout'
SCRIPT = "New-NetIPsecRule -DisplayName Lab -InboundSecurity Require -OutboundSecurity Request"
DECIDED = "what decides here which commands run is not followed: each is read as run once"


def step(action: str, variables: str = "", attributes: str = "") -> str:
    return (
        '<sequence version="3.10">\n  <step type="SMS_TaskSequence_RunCommandLineAction" name="IPsec"'
        f"{attributes}>\n    <action>{action}</action>\n    <defaultVarList>{variables}</defaultVarList>\n  </step>\n"
        "</sequence>\n"
    )


def variable(name: str, text: str) -> str:
    return f'<variable name="{name}" property="{name}" hidden="true">{text}</variable>'


def read(text: str) -> Parsed:
    source = bytes_source("ts.xml", text.encode())
    kind = recognise(source)
    assert kind is not None
    return kind.parse(source)


@cases(
    "text",
    [
        step(RULE.replace('"', "&quot;")),
        step(f"smsswd.exe /run: {RULE}"),
        step(f"smsswd.exe /run:LAB00012 {RULE}"),
        step(f"smsswd.exe /run: cmd.exe /c {RULE}"),
        step(f"smsswd.exe /run: {RULE}", variable("CommandLine", RULE)),
        step("osdrunpowershellscript.exe", variable("SourceScript", SCRIPT)),
        step(f'smsswd.exe /run: powershell.exe -Command "{SCRIPT}"'),
    ],
)
def test_the_command_of_a_step_is_read_once_where_it_stands(text: str) -> None:
    parsed = read(text)
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, parsed.problems) == ("Lab", ())
    line = text.split("\n")[rule.span.line - 1]
    assert line[rule.span.column - 1 :].startswith(("add rule", "New-"))


@cases(
    "text",
    [
        step(f"smsswd.exe /run: {RULE}", attributes=' disable="true"'),
        step(f"smsswd.exe /run: {RULE}", "</defaultVarList>\n    <condition>x</condition><defaultVarList>"),
        f'<sequence>\n<group name="g" disable="true">\n{step(RULE)}</group>\n</sequence>\n',
    ],
)
def test_a_step_that_may_not_run_is_said(text: str) -> None:
    parsed = read(text)
    assert [problem.message for problem in parsed.problems] == [DECIDED]
    assert len(parsed.policy.connection_security_rules) == 1


def test_a_step_that_is_not_disabled_runs() -> None:
    assert read(step(f"smsswd.exe /run: {RULE}", attributes=' disable="false"')).problems == ()


def test_another_command_of_a_variable_is_told() -> None:
    (problem,) = read(step(f"smsswd.exe /run: {RULE}", variable("CommandLine", f"{RULE} profile=domain"))).problems
    assert problem.message.endswith("stands where nothing tells that it runs: it is not read")
