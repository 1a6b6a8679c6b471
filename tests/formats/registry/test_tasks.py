"""What tasks of Ansible and states of Salt write into the registry is read as if a script had written it."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry.tasks import tasks_in
from ipseclint.source import bytes_source

AGENT = r"HKLM:\SYSTEM\CurrentControlSet\Services\PolicyAgent"
NAME = "AssumeUDPEncapsulationContextOnSendRule"
PLAY = """- hosts: all
  tasks:
    - name: NAT-T
      ansible.windows.win_regedit:
        path: {path}
        name: {name}
        data: {data}
        type: dword{more}
"""
STATE = """nat-t:
  reg.present:
    - name: 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent'
    - vname: AssumeUDPEncapsulationContextOnSendRule
    - vdata: 2
    - vtype: REG_DWORD
"""


def read(text: str, path: str = "site.yml") -> Parsed:
    source = bytes_source(path, text.encode())
    kind = recognise(source)
    assert kind is not None
    return kind.parse(source)


def values(parsed: Parsed) -> list[tuple[str, object, int]]:
    return [
        (value.path.rpartition("\\")[2], value.data.known, value.data.span.line) for value in parsed.policy.registry
    ]


@cases(("data", "known"), [("2", "2"), ("0x2", "2"), ('"2"', "2"), ("'2'  # both ends", "2"), ("1 # one", "1")])
def test_a_number_is_read_however_it_is_written(data: str, known: str) -> None:
    parsed = read(PLAY.format(path=AGENT, name=NAME, data=data, more=""))
    assert values(parsed) == [(NAME, known, 7)]
    assert not parsed.problems


@cases(
    ("path", "name", "said"),
    [
        (AGENT, NAME, "`auto` is no number"),
        (AGENT, "Start", "`auto` is no way in which a service starts"),
        (AGENT.replace("PolicyAgent", r"IKEEXT\Parameters"), "ServiceDll", None),
    ],
)
def test_a_text_for_a_number_is_said(path: str, name: str, said: str | None) -> None:
    text = PLAY.format(path=path, name=name, data="auto", more="")
    problems = read(text if said else text.replace("dword", "string")).problems
    assert [problem.message for problem in problems] == ([said] if said else [])


def test_a_task_may_stand_on_one_line() -> None:
    text = f"- hosts: all\n  tasks:\n    - win_regedit: path='{AGENT}' name={NAME} data=2 type=dword\n"
    assert values(read(text)) == [(NAME, "2", 3)]


def test_a_state_of_salt_is_read() -> None:
    parsed = read(STATE, "nat.sls")
    assert values(parsed) == [(NAME, "2", 5)]
    assert not parsed.problems


def test_what_a_later_task_takes_out_is_gone() -> None:
    gone = f"    - win_regedit:\n        path: {AGENT}\n        name: {NAME}\n        state: absent\n"
    assert values(read(PLAY.format(path=AGENT, name=NAME, data=2, more="") + gone)) == [(NAME, None, 11)]


def test_a_service_starts_as_its_task_says() -> None:
    text = "- hosts: all\n  tasks:\n    - win_service:\n        name: IKEEXT\n        start_mode: disabled\n"
    (service,) = read(text).policy.services
    assert service.name == "IKEEXT"
    assert service.start is not None
    assert (service.start.known, service.start.span.line) == ("disabled", 5)


@cases(
    ("path", "more", "said"),
    [
        ("'{{ key }}\\PolicyAgent'", "", "nothing was read"),
        (AGENT, "\n      when: is_vpn", "what decides whether this is set"),
        (AGENT + r"\{{ sub }}", "", "a template puts a value"),
    ],
)
def test_what_is_not_known_is_said(path: str, more: str, said: str) -> None:
    source = bytes_source("site.yml", PLAY.format(path=path, name=NAME, data=2, more=more).encode())
    kind = recognise(source)
    if kind is None:
        assert said == "nothing was read"
    else:
        assert any(said in problem.message for problem in kind.parse(source).problems)


def test_tasks_beside_a_script_are_read_with_it() -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Request"
    script = f"    - win_shell: |\n        {rule}\n"
    parsed = read(PLAY.format(path=AGENT, name=NAME, data=2, more="") + script)
    assert values(parsed) == [(NAME, "2", 7)]
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["A"]
    assert not parsed.problems


OF_SERVICE = "- hosts: all\n  tasks:\n    - {}\n"
LATER = (
    "    - name: other\n      win_service:\n"
    "        name: Spooler\n        start_mode: disabled\n        state: paused\n"
)


@cases(
    ("task", "start", "status"),
    [
        ("win_service: {name: PolicyAgent, start_mode: disabled, state: stopped}", "disabled", "stopped"),
        ("win_service: { name: \"PolicyAgent\", start_mode: 'auto' }  # soon", "automatic", None),
        ("win_service: {name: PolicyAgent, start_mode: Disabled}", "disabled", None),
        ("win_service: name=PolicyAgent state=started", None, "running"),
        ("win_service:\n        name: PolicyAgent\n        state: stopped", None, "stopped"),
        ("win_service:\n        name: PolicyAgent", None, None),
    ],
)
@cases("behind", ["", LATER, "    - win_shell: |\n        New-NetIPsecRule -DisplayName A\n"])
def test_how_a_service_starts_and_is_left_is_read_in_each_form(
    task: str, start: str | None, status: str | None, behind: str
) -> None:
    text = OF_SERVICE.format(task) + (behind or "    - win_shell: netsh ipsec static add policy name=P\n")
    services = read(text + "    - win_shell: netsh ipsec static add policy name=P\n").policy.services
    found = [(each.name, each.start and each.start.known, each.status and each.status.known) for each in services]
    assert found == ([("PolicyAgent", start, status)] if start or status else [])


LOOPED = """win_service:
        name: "{{ item }}"
        start_mode: disabled
      loop:
        - Spooler
        - 'IKEEXT'
        - PolicyAgent  # too
"""


@cases(
    "task",
    [
        LOOPED,
        LOOPED.replace("loop", "with_items").replace("{{ item }}", "{{item}}"),
        'win_service: { name: "{{ item }}", start_mode: disabled }\n      loop: [Spooler, IKEEXT, "PolicyAgent"]\n',
        LOOPED.replace("item }", "item.name }").replace("- Spooler", "- name: Spooler\n          why: none"),
    ],
)
@cases("behind", ["", LATER])
def test_a_loop_over_services_sets_each_of_them(task: str, behind: str) -> None:
    parsed = read(OF_SERVICE.replace("{}", task) + behind)
    services = [(each.name, each.start and each.start.known) for each in parsed.policy.services]
    assert services == [("IKEEXT", "disabled"), ("PolicyAgent", "disabled")]
    assert parsed.problems == ()


def test_what_a_loop_puts_in_beside_the_service_is_said_to_be_unread() -> None:
    items = "loop:\n        - { name: IKEEXT, mode: disabled }\n"
    task = (
        f'win_service:\n        name: "{{{{ item.name }}}}"\n        start_mode: "{{{{ item.mode }}}}"\n      {items}'
    )
    (problem,) = read(OF_SERVICE.replace("{}", task)).problems
    assert problem.message == "a template puts a value into this task: what it sets is not read"


def test_a_state_that_a_task_cannot_leave_is_said() -> None:
    parsed = read(OF_SERVICE.format("win_service: {name: IKEEXT, start_mode: auto, state: broken}"))
    assert [problem.message for problem in parsed.problems] == ["unknown state of a service `broken`"]


def test_a_resource_of_dsc_is_read() -> None:
    text = f"""- hosts: all
  tasks:
    - ansible.windows.win_dsc:
        resource_name: Registry
        Ensure: Present
        Key: {AGENT.replace("HKLM:", "HKEY_LOCAL_MACHINE")}
        ValueName: {NAME}
        ValueData: '2'
        ValueType: Dword
"""
    assert [(name, data) for name, data, _ in values(read(text))] == [(NAME, "2")]
    assert recognise(bytes_source("site.yml", text.replace("Registry", "WindowsFeature").encode())) is None
    assert values(read(text.replace("Present", "Absent"))) == [(NAME, None, 7)]


def test_a_state_of_salt_without_a_name_sets_the_key_that_it_is_called_by() -> None:
    text = (
        "'HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters':\n  reg.present:\n    - vname: ProhibitIpSec\n"
        "    - vdata: 1\n    - vtype: REG_DWORD\n"
    )
    (task,) = tasks_in(text, "vpn.sls")
    assert task.key == r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"
    assert (task.given["path"].line, task.given["path"].column) == (1, 2)


def test_a_function_of_a_state_that_is_not_known_is_said() -> None:
    problems = read("IKEEXT:\n  service:\n    - zonk\nPolicyAgent:\n  service:\n    - disabled\n").problems
    assert [(problem.message, problem.span.line) for problem in problems] == [("unknown state of a service `zonk`", 3)]
