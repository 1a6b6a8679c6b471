"""Scripts of PowerShell in blocks of YAML: tasks of Ansible, steps of pipelines."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import format_of, parsed, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Request -DisplayName"
NETSH = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess"
PLAY = f"""- name: Zone
  hosts: servers
  tasks:
    - name: rules
      ansible.windows.win_shell: |
        $peers = '10.1.0.0/16'

        {RULE} A `
          -RemoteAddress $peers
      args:
        executable: pwsh
    - win_powershell:
        script: |
          {RULE} B
"""
PIPELINE = f"""steps:
- pwsh: |
    {RULE} A
  displayName: Rules
- script: |
    echo done
- run: |
    {RULE} B
"""


@cases(("text", "lines"), [(PLAY, [8, 14]), (PIPELINE, [3, 8])])
@cases("path", ["play.yml", "notes.txt"])
def test_the_blocks_are_read_as_one_script(text: str, lines: list[int], path: str) -> None:
    assert format_of(text, path) == "powershell-script"
    rules = parsed(text, path).policy.connection_security_rules
    assert [(rule.name, rule.span.line) for rule in rules] == list(zip("AB", lines, strict=True))
    assert said_of(text, path) == []


@cases("decides", ["when: is_server", "loop: [1, 2]", "with_items: x", "condition: succeeded()"])
def test_what_decides_whether_a_script_runs_is_said(decides: str) -> None:
    text = PLAY.replace("      args:\n", f"      {decides}\n      args:\n")
    said = "what decides here which scripts run is not followed: each is read as run once"
    assert said_of(text, "play.yml") == [(10, 7, said)]


@cases("value", ["{}", "'{}'", '"{}"', "{}  # for the zone"])
def test_scripts_of_one_line_beside_a_block_are_read_with_it(value: str) -> None:
    text = PLAY.replace("    - win_powershell:", f"    - win_shell: {value.format(f'{RULE} C')}\n    - win_powershell:")
    rules = parsed(text, "play.yml").policy.connection_security_rules
    assert [(rule.name, rule.span.line) for rule in rules] == [("A", 8), ("C", 12), ("B", 15)]
    assert said_of(text, "play.yml") == []


def test_a_command_of_netsh_beside_a_block_is_read_with_it() -> None:
    policy = parsed(f"{PLAY}    - win_command: {NETSH}\n", "play.yml").policy
    default, *_ = policy.main_mode_crypto_sets
    assert (default.lifetime_seconds.known, default.span.line) == (300, 15)
    assert [rule.name for rule in policy.connection_security_rules] == ["A", "B"]


def test_what_stands_in_other_values_is_said() -> None:
    said = said_of(f'{PLAY}    - win_shell: "{RULE}\\tC"\n', "play.yml")
    assert [line for line, _, message in said if "outside" in message] == [15]


def test_a_value_that_is_no_block_is_left() -> None:
    assert format_of(f"tasks:\n  - win_shell: {RULE} A\n", "play.yml") != "powershell-script"


FOLDED = "New-NetIPsecRule -DisplayName A\n{0}-InboundSecurity Require\n{0}-OutboundSecurity Require\n"


@cases(
    ("block", "places"),
    [
        ("      {}", [("A", 3, 7, 4)]),
        ("      $unused = 1\n\n      {}", [("A", 5, 7, 6)]),
        ("      {}\n\n      New-NetIPsecRule\n      -DisplayName B -InboundSecurity\n      Require\n",
         [("A", 3, 7, 4), ("B", 8, 7, 10)]),
        ("      if ($true) {{\n        {}      }}\n", []),
    ],
)  # fmt: skip
@cases("style", [">", ">-", ">+"])
@cases("end", ["\n", "\r\n"])
def test_the_lines_of_a_folded_block_are_one(
    block: str, places: list[tuple[str, int, int, int]], style: str, end: str
) -> None:
    text = f"tasks:\n  - win_shell: {style}\n{block.format(FOLDED.format('      '))}".replace("\n", end)
    rules = parsed(text, "play.yml").policy.connection_security_rules
    found = [(rule.name, rule.span.line, rule.span.column, rule.inbound.span.line) for rule in rules]
    assert found == places
    assert bool(places) is not bool(said_of(text, "play.yml"))


def test_what_is_indented_further_in_a_folded_block_is_a_line_of_its_own() -> None:
    text = f"tasks:\n  - win_shell: >\n      {FOLDED.format('        ')}"
    (rule,) = parsed(text, "play.yml").policy.connection_security_rules
    assert rule.inbound.known == "none"
    assert [line for line, _, _ in said_of(text, "play.yml")] == [4, 5]


HERE_STRINGS = ["hosts:\n  - a", "steps: \n", "tasks:", "script: x", "Content-Transfer-Encoding: base64\n\nYQ=="]


@cases("held", HERE_STRINGS)
@cases("quote", "\"'")
@cases("path", ["policy.ps1", "policy.PSM1"])
def test_a_script_whose_texts_have_keys_of_yaml_is_a_script(held: str, quote: str, path: str) -> None:
    text = f"{RULE} A\n  Send-Mail @{quote}\n{held}\n{quote}@\n"
    assert format_of(text, path) == "powershell-script"
    assert [rule.name for rule in parsed(text, path).policy.connection_security_rules] == ["A"]


@cases("held", HERE_STRINGS[:-1])
@cases("begin", ["$mail =", "param ([string] $to)\nSend-Mail", "Set-Content a.yml"])
def test_statements_that_are_not_indented_are_no_values_of_yaml(held: str, begin: str) -> None:
    text = f"{begin} @'\n{held}\n'@\n{RULE} A\n"
    assert format_of(text, "notes.txt") == "powershell-script"
    assert [rule.name for rule in parsed(text, "notes.txt").policy.connection_security_rules] == ["A"]


WEAK = r"reg add HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters /v AllowL2TPWeakCrypto /t REG_DWORD /d 1"
LIFETIME = "netsh advfirewall set global mainmode mmkeylifetime 5min"
FILE = f"write_files:\n  - path: C:\\run\\ipsec.ps1\n    content: |\n      {RULE} A\n"
LISTS = ["script", "before_script", "after_script", "runcmd", "bootcmd", "runCommand", "commands", "inline"]


def of_list(key: str, items: str, indent: str = "  ") -> str:
    """A document of YAML whose list under a key has these items."""
    listed = "".join(f"{indent}{line}\n" for line in items.splitlines())
    return f"steps:\nx:\n  y: 1\n{indent}{key}:\n{listed}"


@cases("key", LISTS)
@cases("indent", ["", "  ", "    "])
def test_the_commands_of_a_list_are_read_where_they_stand(key: str, indent: str) -> None:
    text = of_list(key, f"- {RULE} A\n- echo done\n- |\n  {RULE} B\n  {RULE} C\n- '{LIFETIME}'\n", indent)
    assert format_of(text, "site.yml") == "powershell-script"
    result = parsed(text, "site.yml")
    found = [(rule.name, rule.span.line, rule.span.column) for rule in result.policy.connection_security_rules]
    dent = len(indent) + 3
    assert found == [("A", 5, dent), ("B", 8, dent), ("C", 9, dent)]
    sets = [each.lifetime_seconds for each in result.policy.main_mode_crypto_sets]
    assert 10 in [lifetime.span.line for lifetime in sets if lifetime is not None]
    assert said_of(text, "site.yml") == []


@cases("words", ["{}", "'{}'", '"{}"'])
@cases("brackets", ["[{}]", "[ {} ]"])
def test_a_command_in_words_is_read(words: str, brackets: str) -> None:
    command = brackets.format(", ".join(words.format(each) for each in LIFETIME.split()))
    text = of_list("runcmd", f"- {RULE} A\n- {command}\n")
    lifetime = parsed(text, "site.yml").policy.main_mode_crypto_sets[0].lifetime_seconds
    assert lifetime is not None
    place = lifetime.span
    assert text.splitlines()[place.line - 1][place.column - 1 :].startswith("5min")
    assert said_of(text, "site.yml") == []


@cases("item", [f"'{WEAK}'", WEAK, '"' + WEAK.replace("\\", "\\\\") + '"'])
def test_backslashes_are_read_as_yaml_reads_them(item: str) -> None:
    text = of_list("commands", f"- {RULE} A\n- {item}\n")
    (value,) = parsed(text, "site.yml").policy.registry
    assert value.path.endswith(r"CurrentControlSet\Services\RasMan\Parameters\AllowL2TPWeakCrypto")
    assert text.splitlines()[5][value.data.span.column - 1] == "1"
    assert said_of(text, "site.yml") == []


@cases("words", [NETSH, f"[{NETSH.rpartition(' ')[0].replace(' ', ', ')}, '5min,0sess']"])
def test_what_runs_in_a_shell_that_is_not_known_is_cut_as_cmd_cuts_it(words: str) -> None:
    text = f"{FILE}runcmd:\n  - {words}\n  - [powershell, -File, 'C:\\run\\ipsec.ps1']\n"
    (lifetime,) = [
        each.lifetime_seconds for each in parsed(text, "user-data").policy.main_mode_crypto_sets if not each.builtin
    ]
    assert (lifetime and (lifetime.known, lifetime.span.line)) == (300, 6)
    assert said_of(text, "user-data") == []


def test_a_list_ends_where_its_items_do() -> None:
    text = of_list("script", f"- {RULE} A\n\n# why\n- {RULE} B\nother:\n- {RULE} C\n", "")
    assert [rule.name for rule in parsed(text, "site.yml").policy.connection_security_rules] == ["A", "B"]
    assert [line for line, *_ in said_of(text, "site.yml")] == [10]


def test_a_script_that_is_written_and_run_is_read() -> None:
    text = f"#cloud-config\n{FILE}runcmd:\n  - powershell -File C:\\run\\ipsec.ps1\n"
    assert [rule.name for rule in parsed(text, "user-data").policy.connection_security_rules] == ["A"]
    assert said_of(text, "user-data") == []
    why = "nothing here runs the script that is written: it is read as run once"
    assert said_of(f"#cloud-config\n{FILE}", "user-data") == [(3, 11, why)]


def test_a_file_for_another_system_that_is_written_beside_is_said() -> None:
    other = "  - path: /etc/ipsec.conf\n    content: |\n      conn site\n        ike=aes256\n"
    text = f"{FILE}{other}runcmd:\n  - ipsec.ps1\n"
    assert [(line, column) for line, column, _ in said_of(text, "user-data")] == [(7, 7)]


AGENT = r"SYSTEM\CurrentControlSet\Services\PolicyAgent"
GPO = rf"Set-GPRegistryValue -Name G -Key 'HKLM\{AGENT}' -ValueName A -Type DWord -Value 1"
ITEM = rf"Set-ItemProperty 'HKLM:\{AGENT}' A 1"


@cases("script", [GPO, ITEM, "Set-Service IKEEXT -StartupType Disabled"])
def test_values_and_services_alone_make_a_block_a_script(script: str) -> None:
    text = f"- hosts: a\n  tasks:\n    - win_shell: |\n        {script}\n"
    assert format_of(text, "play.yml") == "powershell-script"
    policy = parsed(text, "play.yml").policy
    assert len(policy.registry) + len(policy.services) == 1
    listed = f"deploy:\n  script:\n    - {script}\n"
    assert format_of(listed, ".gitlab-ci.yml") == "powershell-script"
    assert format_of(f'@echo off\npowershell -Command "{script}"\n', "a.cmd") == "netsh-script"


@cases("script", [r"Set-ItemProperty 'HKLM:\SOFTWARE\A' A 1", "Set-Service Spooler -StartupType Disabled"])
def test_values_and_services_of_no_concern_make_none(script: str) -> None:
    assert format_of(f"- hosts: a\n  tasks:\n    - win_shell: |\n        {script}\n", "play.yml") is None
    assert format_of(f'@echo off\npowershell -Command "{script}"\n', "a.cmd") is None


def test_a_block_of_commands_beside_a_script_is_read() -> None:
    text = f"{PIPELINE}- task: CmdLine@2\n  inputs:\n    script: |\n      echo on\n      {NETSH}\n- bash: echo off\n"
    lifetimes = [each.lifetime_seconds for each in parsed(text, "site.yml").policy.main_mode_crypto_sets]
    assert 13 in [each.span.line for each in lifetimes if each is not None]
    assert [line for line, *_ in said_of(text, "site.yml")] == []
