"""Commands that programs and declarations of other tools run are read where they stand; what is not certain is said."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.engine.policy_json import parsed_dict
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.setting import Setting
from ipseclint.source import bytes_source

CARRIED = [path for path in sorted((ROOT / "fixtures/formats/carried-commands").iterdir()) if path.suffix != ".toml"]
RULE = "netsh advfirewall consec add rule name=Servers endpoint1=any endpoint2=any action=requireinrequireout"
FOLDED = RULE.replace(" endpoint1", "\n        endpoint1")
CMDLET = "New-NetIPsecRule -DisplayName 'Servers' -InboundSecurity Require -OutboundSecurity Require"
WORDS = ", ".join(f'"{word}"' for word in RULE.split())
DELETE = "netsh advfirewall consec delete rule name=Servers"
ENCODED = base64.b64encode(CMDLET.encode("utf-16-le")).decode()
TASK = (
    '<Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><Actions><Exec>'
    "<Command>{}</Command>\n<Arguments>{}</Arguments></Exec></Actions></Task>\n"
)

READ = {
    "main.tf": (
        (
            'resource "x" "y" {\n  settings = <<S\n'
            f'  {{ "commandToExecute": "powershell -Command \\"{CMDLET}\\"" }}\nS\n}}\n'
        ),
        f'resource "x" "y" {{\n  settings = jsonencode({{\n    commandToExecute = "{RULE}"\n  }})\n}}\n',
        f'resource "x" "y" {{\n  user_data = <<-EOF\n    <powershell>\n    {CMDLET}\n    </powershell>\n  EOF\n}}\n',
    ),
    "vm.json": (
        f'{{"settings": {{"commandToExecute": "powershell -EncodedCommand {ENCODED}"}}}}\n',
        f'{{"settings": {{"commandToExecute": "powershell.exe -NoProfile -Command \\"& {{ {CMDLET} }}\\""}}}}\n',
        f'{{"UserData": {{"Fn::Base64": "<script>\\n{RULE}\\n</script>"}}}}\n',
        f'{{"UserData": {{"Fn::Base64": {{"Fn::Sub": "<powershell>\\n{CMDLET}\\n</powershell>"}}}}}}\n',
        f'{{"UserData": {{"Fn::Base64": {{"Fn::Join": ["\\n", ["<powershell>", "{CMDLET}", "</powershell>"]]}}}}}}\n',
        f'{{"UserData": {{"Fn::Base64": {{"Fn::Join": ["", [\n"<powershell>\\n", "{CMDLET}\\n"]]}}}}}}\n',
        f'{{"vm": {{"user_data": "<powershell>\\nStart-Service IKEEXT\\n{CMDLET}\\n</powershell>"}}}}\n',
        f'{{"inputs": {{"runCommand": [\n  "$x = 1",\n  "{CMDLET}"\n]}}}}\n',
    ),
    "vm.bicep": (
        f"resource e 'M.C/x@2021-03-01' = {{\n  p: {{\n    commandToExecute: '{RULE}'\n  }}\n}}\n",
        f"resource e 'M.C/x@2021-03-01' = {{\n  p: {{\n    commandToExecute: 'pwsh -enc {ENCODED}'\n  }}\n}}\n",
        "resource e 'M.C/x@2021-03-01' = {\n  p: {\n    commandToExecute: 'powershell -Command \""
        + CMDLET.replace("'", "\\'")
        + "\"'\n  }\n}\n",
    ),
    "image.pkr.hcl": (
        f'build {{\n  provisioner "shell" {{\n    inline = [ "{RULE}" ]\n  }}\n}}\n',
        f'build {{\n  provisioner "powershell" {{\n    inline = ["$a = 1",\n      "{CMDLET}"]\n  }}\n}}\n',
        f'build {{\n  provisioner "windows-shell" {{\n    inline = ["echo x", "{RULE}", "echo y"]\n  }}\n}}\n',
    ),
    "init.pp": (
        f"exec {{ 'x':\n  command => '{RULE}',\n}}\n",
        f"exec {{ 'C:\\Windows\\System32\\{RULE}': }}\n",
        f"exec {{ 'x':\n  command  => \"{CMDLET}\",\n  provider => powershell,\n}}\n",
    ),
    "rules.sh": (
        f'#!/bin/bash\naz vm run-command invoke -n vm --command-id RunPowerShellScript --scripts "{CMDLET}"\n',
        f'#!/bin/sh\naz vm run-command invoke -n vm \\\n  --scripts "\\$a = 1" \\\n    "{CMDLET}"\n',
        f'#!/bin/bash\naz vm run-command create --vm-name vm --script "{CMDLET}" "Get-Date" -o none\n',
    ),
    "default.rb": (
        f"powershell_script 'x' do\n  code <<-EOH\n    {CMDLET}\n  EOH\nend\n",
        f"batch 'x' do\n  code <<-EOH\n    {RULE}\n  EOH\nend\n",
        f"execute 'x' do\n  command '{RULE}'\nend\n",
    ),
    "Vagrantfile": (
        f'Vagrant.configure("2") do |config|\n  config.vm.provision "shell", inline: "{RULE}"\nend\n',
        f'Vagrant.configure("2") do |config|\n  config.vm.provision "shell", inline: <<-S\n    {CMDLET}\n  S\nend\n',
        f'Vagrant.configure("2") do |config|\n  config.vm.provision :shell, inline: "{CMDLET}"\nend\n',
    ),
    "rules.py": (
        f"import subprocess\nsubprocess.run([{WORDS}], check=True)\n",
        f'import os\nos.system("{RULE}")\n',
        (
            'import subprocess\nsubprocess.call("netsh advfirewall consec add rule name=Servers "\n'
            '    "endpoint1=any endpoint2=any action=requireinrequireout")\n'
        ),
    ),
    "Rules.cs": (
        f'using System.Diagnostics;\nProcess.Start("netsh", "{RULE.removeprefix("netsh ")}");\n',
        (
            'using System.Diagnostics;\nvar p = new ProcessStartInfo {\n  FileName = "netsh.exe",\n'
            f'  Arguments = "{RULE.removeprefix("netsh ")}" }};\n'
        ),
        f'using System.Diagnostics;\nProcess.Start("powershell.exe", "-NoProfile -Command \\"{CMDLET}\\"");\n',
    ),
    "Dockerfile": (
        f"FROM x\nRUN powershell -Command {CMDLET}\n",
        f"FROM x\nRUN {RULE}\n",
        f"FROM x\nRUN [{WORDS}]\n",
    ),
    "scripts.ini": (
        f"[Startup]\n0CmdLine=netsh\n0Parameters={RULE.removeprefix('netsh ')}\n",
        f'[Startup]\n0CmdLine=powershell.exe\n0Parameters=-Command "{CMDLET}"\n',
        f"[Shutdown]\n0CmdLine=C:\\Windows\\System32\\netsh.exe\n0Parameters={RULE.removeprefix('netsh ')}\n",
    ),
    "task.xml": (
        TASK.format("netsh", RULE.removeprefix("netsh ")),
        TASK.format("powershell.exe", f"-Command &quot;{CMDLET}&quot;"),
        TASK.format("%SystemRoot%\\System32\\netsh.exe", RULE.removeprefix("netsh ")),
    ),
    "unattend.xml": (
        f"<unattend><RunSynchronousCommand><Path>{RULE}</Path></RunSynchronousCommand></unattend>\n",
        f"<unattend><RunSynchronousCommand><Path>cmd /c {RULE}</Path></RunSynchronousCommand></unattend>\n",
        (
            f'<unattend><SynchronousCommand><CommandLine>powershell -Command "{CMDLET}"</CommandLine>'
            "</SynchronousCommand></unattend>\n"
        ),
    ),
    "steps.yml": (
        f"- hosts: win\n  tasks:\n    - win_command: >-\n        {FOLDED}\n",
        f"jobs:\n  lab:\n    steps:\n      - name: rule\n        shell: cmd\n        run: |\n          {RULE}\n",
        f"steps:\n- script: |\n    echo on\n    {RULE}\n  displayName: rule\n",
        f"- name: rule\n  ansible.windows.win_shell: |+\n\n    {RULE}\n\n    echo x\n- name: next\n",
    ),
    "rule.vbs": (
        f'Set sh = CreateObject("WScript.Shell")\nsh.Run "{RULE}", 0, True\n',
        f'Set sh = CreateObject("WScript.Shell")\nsh.Run("{RULE}")\n',
        f'Dim sh\nSet sh = CreateObject("WScript.Shell")\nsh.Exec "powershell -EncodedCommand {ENCODED}"\n',
    ),
}


def parsed(name: str, text: str) -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "carried-commands"
    return form.parse(source)


@pytest.mark.parametrize(
    ("name", "text"),
    [pytest.param(name, text, id=f"{name}-{at}") for name in READ for at, text in enumerate(READ[name])],
)
def test_a_command_that_is_certainly_run_is_read_where_it_stands(name: str, text: str) -> None:
    result = parsed(name, text)
    assert not result.problems
    (rule,) = result.policy.connection_security_rules
    assert rule.name == "Servers"
    line = text.split("\n")[rule.span.line - 1]
    shown = line[rule.span.column - 1 :]
    assert shown.startswith(("New-NetIPsecRule", "name=Servers", '"name=Servers', "add", '"add')) or ENCODED[:8] in line


def test_words_with_blanks_are_one_where_a_list_has_them_so() -> None:
    text = 'import subprocess\nsubprocess.run(["netsh", "advfirewall", "consec", "add", "rule", "name=My Servers",\n'
    text += '  "endpoint1=any", "endpoint2=any", "action=requireinrequireout"])\n'
    assert parsed("a.py", text).policy.connection_security_rules[0].name == "My Servers"


@cases(
    ("name", "text", "why"),
    [
        ("a.py", f'import os\nos.system(f"{RULE} remoteendpoint={{x}}")\n', "the program puts a value"),
        ("a.py", f'import os\nos.system("{RULE} endpoint3=" + x)\n', "the program puts a value"),
        ("a.py", f'import os\nos.system("{RULE}")\nrule = "{RULE}"\n', "stands where nothing tells that it runs"),
        ("a.py", f'import os\nif x:\n    os.system("{RULE}")\n', "decides whether it runs this: it is read"),
        ("a.py", f'import os\nif x:\n    os.system("{RULE.replace("add", "delete")}")\n', "what it takes out"),
        ("a.tf", f'resource "x" "y" {{\n  count = 0\n  commandToExecute = "{RULE}"\n}}\n', "what decides here"),
    ],
)
def test_what_is_not_certain_is_said(name: str, text: str, why: str) -> None:
    assert any(why in problem.message for problem in parsed(name, text).problems)


def test_of_two_functions_that_may_run_what_takes_out_is_left() -> None:
    text = f'import os\ndef add():\n    os.system("{RULE}")\ndef drop():\n    os.system("{DELETE}")\n'
    result = parsed("a.py", text)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["Servers"]
    assert [problem.span.line for problem in result.problems] == [3, 5]


def test_a_comment_and_a_look_are_no_problem() -> None:
    text = f"# {RULE}\nimport os\nos.system('{RULE}')\nos.system('netsh advfirewall consec show rule name=all')\n"
    assert not parsed("a.py", text).problems


@cases("name", ["a.ps1", "a.cmd", "a.txt", "a.md"])
def test_what_a_shell_runs_line_by_line_is_no_program_of_another_language(name: str) -> None:
    form = recognise(bytes_source(name, f'import os\nos.system("{RULE}")\n'.encode()))
    assert form is None or form.name != "carried-commands"


def test_the_key_of_a_command_is_found_behind_escapes() -> None:
    text = '{"commandToExecute": "netsh advfirewall consec add rule name=\\"A B\\" endpoint1=any endpoint2=any '
    text += 'action=requireinrequireout auth1=computerpsk auth1psk=\\"Geheim123\\""}\n'
    (span,) = {
        span for span in parsed("a.json", text).secrets if "Geheim123" in text[span.column - 1 :][: span.length + 2]
    }
    assert "Geheim123" in text[span.column - 1 :][: span.length + 2]


RUN_SO = {
    "site.pp": (
        f"exec {{ 'x':\n  command => @(\"CMD\"/L),\n    {RULE}\n    | CMD\n}}\n",
        f"exec {{ 'x':\n  provider => powershell,\n  command  => @(EOT)\n    {CMDLET}\n    |- EOT\n}}\n",
    ),
    "rules.rb": (
        f"require 'open3'\n`{RULE}`\n",
        f"require 'open3'\nout = %x({RULE})\n",
        f'task :rules do\n  %x{{powershell -Command "{CMDLET}"}}\nend\n',
    ),
    "rules.pl": (f"use strict;\nmy $out = `{RULE}`;\n", f"#!/usr/bin/perl\nprint qx{{{RULE}}};\n"),
    "rules.php": (f"<?php\n$out = `{RULE}`;\n",),
    "dialog.cpp": (f'#include "x.h"\nShellExecute(this->m_hWnd,"open","cmd.exe","/C {RULE}",NULL,SW_HIDE);\n',),
}


@cases(("name", "text"), [(name, text) for name, texts in RUN_SO.items() for text in texts])
def test_what_such_a_language_runs_is_read_where_it_stands(name: str, text: str) -> None:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "carried-commands"
    parsed = form.parse(source)
    (rule,) = parsed.policy.connection_security_rules
    assert "Servers" in text.split("\n")[rule.span.line - 1]
    assert not parsed.problems


NOT_RUN_SO = {
    "bans.lua": f'ban = {{ "netsh", "{RULE.removeprefix("netsh ")}" }}\n',
    "write.py": f"def write(f):\n    f.write('{RULE}\\n')\n",
    "bat.cpp": f'#include <windows.h>\nvoid f() {{\n  m_bat += L"{RULE}\\n";\n}}\n',
    "deploy.rs": f'fn script() -> String {{\n    let s = r#"\n{CMDLET}\n"#;\n    s.into()\n}}\n',
    "scripts.py": f'from enum import Enum\nclass Scripts(Enum):\n    ADD = """\n    {CMDLET}\n    """\n',
    "page.js": f"const help = `{RULE}`;\n",
    "file.pp": f"file {{ 'C:/x.ps1':\n  content => @(S)\n    {CMDLET}\n    | S\n}}\n",
}


@cases("name", NOT_RUN_SO)
def test_what_a_program_holds_and_does_not_certainly_run_is_said(name: str) -> None:
    source = bytes_source(name, NOT_RUN_SO[name].encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "carried-commands"
    parsed = form.parse(source)
    assert parsed.policy.is_empty
    assert parsed.problems
    assert all("nothing tells that it runs" in problem.message for problem in parsed.problems)


def test_a_value_that_is_put_in_a_command_of_a_block_takes_no_other_away() -> None:
    filled = RULE.replace("Servers", "${{ env.NAME }}")
    text = f"steps:\n- name: x\n  run: |\n    {RULE}\n    {filled}\n    if exist x.txt (\n      echo x\n    )\n"
    result = parsed("steps.yml", text)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["Servers"]
    (problem,) = result.problems
    assert (problem.span.line, "the program puts a value" in problem.message) == (5, True)


@cases(
    ("path", "before", "value", "after"),
    [
        ("x.rb", "powershell_script 'x' do\n  code <<-EOH\n", "#{node['x']['name']}", "  EOH\nend\n"),
        ("x.py", 'subprocess.run(["powershell", "-Command", f"""\n', "{name}", '"""])\n'),
        ("x.tf", 'resource "x" "y" {\n  user_data = <<EOF\n', "${var.name}", "EOF\n}\n"),
    ],
)
def test_a_value_put_in_a_script_is_not_known_and_one_that_stands_alone_may_be_commands(
    path: str, before: str, value: str, after: str
) -> None:
    made = CMDLET.replace("Servers", value)
    assert value in made
    result = parsed(path, f"{before}{made}\n{made.replace(value, f'named {value}')}\n{after}")
    assert len(result.policy.connection_security_rules) == 2
    assert [problem.message.partition(": ")[0] for problem in result.problems] == ["unknown value of `displayname`"] * 2
    alone = parsed(path, f"{before}{made}\n  {value}\n{after}")
    line = before.count("\n") + 2
    assert [problem.message for problem in alone.problems if problem.span.line == line] == [
        "what is run here is not known"
    ]


@cases(("commands", "line"), [(f"if 1==1 (\n  {RULE}\n)", 5), (RULE.replace("rule ", "rule ^\n      "), 4)])
def test_a_command_of_a_block_goes_on_in_its_next_lines(commands: str, line: int) -> None:
    text = "steps:\n- name: x\n  run: |\n" + "".join(f"    {command}\n" for command in commands.split("\n"))
    (rule,) = parsed("steps.yml", text + "    echo x\n").policy.connection_security_rules
    assert (rule.name, rule.span.line) == ("Servers", line)


def test_cmdlets_of_a_block_whose_line_ends_are_blanks_are_said() -> None:
    text = f"- hosts: win\n  tasks:\n    - win_shell: >\n        $x = 1;\n        {RULE}\n    - win_command: {DELETE}\n"
    assert any(
        (problem.span.line, "nothing tells that it runs" in problem.message) == (5, True)
        for problem in parsed("play.yml", text).problems
    )


def test_a_value_that_a_template_of_the_cloud_puts_into_user_data_is_not_known_and_none_that_windows_refuses() -> None:
    script = f"<powershell>\\n{RULE} auth1=${{Auth}}\\n{CMDLET} -RemoteAddress ${{Net}}\\n</powershell>"
    result = parsed("a.json", f'{{"UserData": {{"Fn::Base64": {{"Fn::Sub": "{script}"}}}}}}')
    assert [rule.name for rule in result.policy.connection_security_rules] == ["Servers", "Servers"]
    assert not result.policy.refused_commands
    assert [each.code.value for each in result.problems] == ["IN003", "IN003"]


@cases(
    ("words", "separator", "rules"),
    [
        (f'"{CMDLET} ", "-KeyModule IKEv1\\n"', "", 1),
        (f'"{CMDLET} -KeyMod", "ule IKEv1\\n"', "", 0),
        (f'"{CMDLET} -Group ", {{"Ref": "Name"}}, "\\n"', "", 0),
        (f'"{CMDLET}", {{"Fn::Sub": "Stop-Service IKEEXT"}}', "\\n", 0),
        (f'"{CMDLET}", "-KeyModule IKEv1"', " ", 0),
    ],
)
def test_words_that_a_template_of_the_cloud_joins_are_lines_or_said(words: str, separator: str, rules: int) -> None:
    joined = f'["{separator}", ["<powershell>\\n", {words}, "</powershell>"]]'
    text = f'{{"UserData": {{"Fn::Base64": {{"Fn::Join": {joined}}}}}}}'
    report = check_text(text, "a.json")
    assert report.inputs[0].objects.get("connection_security_rule", 0) == rules
    assert bool(report.problems) is not bool(rules)
    assert not [each for each in report.findings if each.code == "RF019"]


@cases("end", [b"\r\n", b"\r"])
@cases("path", CARRIED, ids=lambda path: path.name)
def test_lines_that_end_otherwise_say_the_same(path: Path, end: bytes) -> None:
    data = path.read_bytes().replace(b"\r\n", b"\n")
    format_ = recognise(bytes_source(path.name, data))
    assert format_ is not None
    as_it_is, otherwise = (format_.parse(bytes_source(path.name, each)) for each in (data, data.replace(b"\n", end)))
    assert parsed_dict(otherwise) == parsed_dict(as_it_is)


def test_a_value_that_a_template_puts_into_a_script_is_not_known_and_the_rest_is_read() -> None:
    commands = f"$peer = '${{var.net}}'\n{CMDLET} -RemoteAddress $peer\n{CMDLET.replace('Servers', '${var.name} A')}\n"
    text = f'resource "x" "y" {{\n  user_data = <<EOF\n<powershell>\n{commands}</powershell>\nEOF\n}}\n'
    result = parsed("main.tf", text)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["Servers", "${var.name} A"]
    assert [(problem.span.line, problem.message) for problem in result.problems] == [
        (5, "unknown address `$peer`; it is `${var.net}`, which this script does not set"),
        (
            6,
            "unknown value of `displayname`: `${var.name} A`; not known: `${var.name}`, which this script does not set",
        ),
    ]


SALT = "rules:\n  cmd.run:\n    - shell: {}\n    - name: {}\n    - unless: netsh advfirewall show global\n"


@cases(
    "text",
    [
        SALT.format("cmd", RULE),
        SALT.format("cmd", f"'{RULE}'"),
        SALT.format("powershell", CMDLET),
        SALT.format("cmd", f"|\n        {RULE}"),
    ],
)
def test_what_a_state_of_salt_runs_is_read(text: str) -> None:
    result = parsed("init.sls", text)
    assert [rule.name for rule in result.policy.connection_security_rules] == ["Servers"]
    assert result.problems == ()


def test_the_name_of_another_state_is_not_run() -> None:
    before = f"x:\n  cmd.run:\n    - name: {RULE.replace('Servers', 'Real')}\n"
    result = parsed("init.sls", before + SALT.format("cmd", RULE).replace("cmd.run", "file.managed"))
    assert [rule.name for rule in result.policy.connection_security_rules] == ["Real"]
    assert [problem.span.line for problem in result.problems] == [7]


COMMANDS = {"init.pp": READ["init.pp"][0], "default.rb": READ["default.rb"][0], "init.sls": SALT.format("cmd", RULE)}


@cases(
    ("name", "text", "service"),
    [
        ("init.pp", "service { 'PolicyAgent':\n  ensure => stopped,\n}\n", ("PolicyAgent", None, "stopped")),
        ("init.pp", "service { 'ike': name => 'IKEEXT', enable => false }\n", ("IKEEXT", "disabled", None)),
        ("init.pp", "service { ['Spooler', 'IKEEXT']: enable => manual }\n", ("IKEEXT", "manual", None)),
        ("init.pp", "service { 'a': ensure => stopped; 'IKEEXT': enable => true; }\n", ("IKEEXT", "automatic", None)),
        ("init.pp", "dsc_service { 'IKEEXT': dsc_startuptype => 'Disabled' }\n", ("IKEEXT", "disabled", None)),
        (
            "init.pp",
            "dsc_service { 'x': dsc_name => 'IKEEXT', dsc_state => 'Stopped', }\n",
            ("IKEEXT", None, "stopped"),
        ),
        (
            "default.rb",
            "windows_service 'IKEEXT' do\n  action [:stop, :disable]\nend\n",
            ("IKEEXT", "disabled", "stopped"),
        ),
        (
            "default.rb",
            "service 'x' do\n  service_name 'PolicyAgent'\n  startup_type :manual\n  action :configure_startup\nend\n",
            ("PolicyAgent", "manual", None),
        ),
        ("default.rb", "windows_service('IKEEXT') do\n  action :start\nend\n", ("IKEEXT", None, "running")),
        ("init.sls", "pa:\n  service.dead:\n    - name: RemoteAccess\n", ("RemoteAccess", None, "stopped")),
        ("init.sls", "IKEEXT:\n  service.running:\n    - enable: True\n", ("IKEEXT", "automatic", "running")),
        ("init.sls", "IKEEXT:\n  service.disabled: []\n", ("IKEEXT", "disabled", None)),
        (
            "init.sls",
            "PolicyAgent:\n  service:\n    - dead\n    - enable: False\n",
            ("PolicyAgent", "disabled", "stopped"),
        ),
    ],
)
def test_a_service_that_is_declared_is_read(name: str, text: str, service: tuple[str, str | None, str | None]) -> None:
    result = parsed(name, f"{text}{COMMANDS[name]}")
    (left,) = result.policy.services
    assert (left.name, known(left.start), known(left.status)) == service
    assert result.problems == ()
    assert [rule.name for rule in result.policy.connection_security_rules] == ["Servers"]


def known(setting: Setting[str] | None) -> str | None:
    return None if setting is None else str(setting.known)


NOT_READ = "how the service `IKEEXT` is to run is declared here: it is not read"
APART = "`{}` stands beside services that a variable names: what is done to it is not read"


@cases(
    ("name", "text", "messages"),
    [
        ("init.pp", "service { 'IKEEXT': }\n", [NOT_READ]),
        ("default.rb", "windows_service 'IKEEXT' do\n  startup_type :disabled\nend\n", [NOT_READ]),
        ("default.rb", "windows_service 'IKEEXT' do\n  action :nothing\nend\n", [NOT_READ]),
        (
            "init.pp",
            "$off = ['PolicyAgent', 'Spooler']\nservice { $off: enable => false }\n",
            [APART.format("PolicyAgent")],
        ),
        ("init.pp", "service { ['IKEEXT', $more]: enable => false }\n", [APART.format("IKEEXT")]),
        ("init.pp", "service { $more: enable => false }\n", []),
        (
            "default.rb",
            "%w(IKEEXT PolicyAgent).each do |s|\n  windows_service s do\n    action :stop\n  end\nend\n",
            [APART.format("IKEEXT"), APART.format("PolicyAgent")],
        ),
        (
            "init.sls",
            "{% for s in ['IKEEXT'] %}\n{{ s }}:\n  service.dead:\n    - enable: False\n{% endfor %}\n",
            [APART.format("IKEEXT")],
        ),
    ],
)
def test_a_service_that_is_not_read_is_said(name: str, text: str, messages: list[str]) -> None:
    for told in (f"{text}{COMMANDS[name]}", text if messages and messages != [NOT_READ] else ""):
        result = parsed(name, told) if told else None
        if result is not None:
            assert [each.message for each in result.problems if "`" in each.message] == messages
            assert result.policy.services == ()


@cases(
    ("state", "message"),
    [
        ("win_firewall.disabled:\n    - name: domainprofile\n", "the state of a profile's firewall is not read"),
        (
            "win_firewall.add_rule:\n    - name: IKE\n    - localport: 500\n    - action: block\n",
            "a rule of the firewall",
        ),
        ("win_firewall.add_rule:\n    - name: Web\n    - localport: 443\n    - action: allow\n", None),
        ("win_firewall.enabled:\n    - name: domainprofile\n", None),
    ],
)
def test_what_salt_does_to_the_firewall_is_said_where_it_concerns_ipsec(state: str, message: str | None) -> None:
    problems = parsed("init.sls", f"fw:\n  {state}{COMMANDS['init.sls']}").problems
    assert [each.message.startswith(message or "-") for each in problems] == [True] * (message is not None)


@cases("task", ["win_service: { name: IKEEXT, start_mode: disabled }", "win_service: name=IKEEXT start_mode=disabled"])
def test_a_service_that_a_play_declares_beside_a_command_is_read(task: str) -> None:
    result = parsed("play.yml", f"- hosts: win\n  tasks:\n    - {task}\n    - win_command: {RULE}\n")
    assert [each.name for each in result.policy.services] == ["IKEEXT"]
    assert len(result.policy.connection_security_rules) == 1


MADE = "make('dstaddr', remote)"


@cases(
    ("path", "call"),
    [
        ("a.py", f'subprocess.run(["netsh", "ipsec", "static", "add", "filter", "filterlist=F", {MADE}])'),
        ("a.py", f'subprocess.run(("netsh", "ipsec", "static", "add", "filter",\n    {MADE},\n    "filterlist=F"))'),
        ("a.py", 'subprocess.run(["netsh", "ipsec", "static", "add", "filter", "name=" + n,\n  "filterlist=F"])'),
        ("a.py", 'subprocess.run(["netsh", "ipsec", "static", "add", "filteraction", *options])'),
        ("a.go", 'exec.Command("netsh", "ipsec", "static", "add", "rule", rule, "policy=P").Run()'),
    ],
)
def test_a_list_of_words_that_a_program_goes_on_with_is_not_read_and_not_refused(path: str, call: str) -> None:
    result = parsed(path, f"{call}\n")
    assert [problem.message for problem in result.problems] == [
        "the program puts a value into this command: it is not read"
    ]
    assert result.policy.is_empty


@cases(
    ("path", "call"),
    [
        ("a.py", 'subprocess.run(["netsh", "ipsec", "static", "add", "policy", "name=P"], check=True)'),
        ("a.py", 'subprocess.run(("netsh", "ipsec", "static", "add", "policy", "name=P"), shell=True)'),
        ("a.py", 'subprocess.run([\n  "netsh", "ipsec", "static", "add", "policy",\n  "name=P",  # ours\n])'),
        ("a.js", 'execFile("netsh", ["ipsec", "static", "add", "policy", "name=P"], (error) => { log(error) });'),
        ("a.cs", 'ShellExecute(0, "open", "netsh", "ipsec static add policy name=P", NULL, SW_HIDE);'),
        ("a.js", 'spawn("netsh", "ipsec", "static", "add", "policy", "name=P", null);'),
    ],
)
def test_options_of_a_call_are_no_words_of_its_command(path: str, call: str) -> None:
    result = parsed(path, f"{call}\n")
    assert [policy.name for policy in result.policy.policies] == ["P"]
    assert result.problems == ()


IN_VARIABLE = {
    "run.py": f'import subprocess\nscript = """\n{CMDLET}\n"""\nsubprocess.run(["powershell", "-Command", script])\n',
    "own.py": f"import os\ndef go(x):\n    own = f'''\n{CMDLET}\n'''\n    run(['pwsh.exe', '-c', own], x)\n",
    "Own.cs": f'using System;\nclass P {{ void A() {{\n  s = @"{CMDLET}";\nProcess.Start("powershell.exe", s); }} }}\n',
}


@cases("name", IN_VARIABLE)
def test_a_script_in_a_variable_that_powershell_is_called_with_is_read(name: str) -> None:
    result = parsed(name, IN_VARIABLE[name])
    assert [rule.name for rule in result.policy.connection_security_rules] == ["Servers"]


def test_what_a_program_puts_into_a_script_is_a_value_that_is_not_known() -> None:
    script = (
        'import subprocess\ndef go(net, name):\n    subprocess.run(["powershell", "-Command", f"""\n'
        "New-NetIPsecRule -DisplayName '{name}' -RemoteAddress \"{net.first}\" -InboundSecurity Require\n"
        'if ($?) {{ Get-Date }}\n"""])\n'
    )
    result = parsed("rules.py", script)
    (rule,) = result.policy.connection_security_rules
    assert rule.endpoint2.known is None
    assert rule.inbound.known is not None


def test_a_script_in_a_variable_that_nothing_is_called_with_is_said() -> None:
    text = f'import subprocess\nown = """\n{CMDLET}\n"""\nsubprocess.run(["powershell", "-Command", other])\n'
    result = parsed("run.py", text)
    assert result.policy.connection_security_rules == ()
    assert result.problems


def test_what_a_carried_script_is_given_when_it_runs_is_told() -> None:
    profile = "<VPNProfile><NativeProfile><Servers>$env:SERVER</Servers></NativeProfile></VPNProfile>"
    script = f'{CMDLET}\n    $Profile = @"\n{profile}\n"@\n'
    text = f'resource "x" "y" {{\n  user_data = <<-EOF\n    <powershell>\n    {script}    </powershell>\n  EOF\n}}\n'
    assert parsed("main.tf", text).given == (("`$env:SERVER`, line 6", 1),)


def test_a_value_that_a_program_writes_into_the_registry_is_told_as_such() -> None:
    key = r"HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent\AssumeUDPEncapsulationContextOnSendRule"
    text = f'Set sh = CreateObject("WScript.Shell")\nsh.Run "{RULE}", 0\nsh.RegWrite "{key}", 2, "REG_DWORD"\n'
    (problem,) = parsed("a.vbs", text).problems
    assert problem.message == (
        "`\\policyagent` in the registry bears on IPsec, and what is done to it here is not followed"
    )
    assert problem.span.line == 3


@cases(
    ("task", "column"),
    [
        ("    - script: files/ipsec.ps1\n", 15),
        ("    - ansible.builtin.script: 'files/ipsec.cmd' -Force\n", 32),
        ("    - script:\n        cmd: ipsec.ps1\n", 14),
    ],
)
def test_a_file_that_a_task_runs_is_told(task: str, column: int) -> None:
    text = f"- hosts: win\n  tasks:\n    - win_command: netsh ipsec static add policy name=p\n{task}"
    (problem,) = parsed("site.yml", text).problems
    assert problem.message == "runs another script, which is not part of this input"
    assert problem.span.column == column


@cases(
    ("line", "is_told"),
    [
        ("note: after the advfirewall rules apply, the agent reports", False),
        ("note: WHY advfirewall? It is on every machine", False),
        ("module WindowsFirewall", False),
        ("class Acme::WindowsFirewall {", False),
        ("note: run advfirewall import rules.wfw", True),
        ("note: the netsh and its advfirewall rules", True),
        ("path = r'SOFTWARE\\Policies\\Microsoft\\WindowsFirewall'", True),
        ("args: advfirewall", True),
    ],
)
def test_a_word_of_a_sentence_and_a_name_of_the_programs_own_are_no_command(line: str, is_told: bool) -> None:
    problems = parsed("a.py", f"{line}\nimport os\nos.system('{RULE}')\n").problems
    assert [problem.span.line for problem in problems] == ([1] if is_told else [])


_LIST = "netsh ipsec static add filterlist name="
_RULE = "New-NetIPsecRule -DisplayName "


@pytest.mark.parametrize(
    ("name", "text", "made"),
    [
        ("vm.json", rf'{{"commandToExecute": "{_LIST}L\nrem then\n@REM\n{_LIST}M\n:next\r\n  :: x\n{_LIST}N"}}', "LMN"),
        ("vm.json", rf'{{"commandToExecute": "{_LIST}^\n L\n{_LIST}M"}}', "LM"),
        ("vm.json", f'{{"commands": ["{_LIST}L", "rem then", "{_LIST}M"]}}', "LM"),
        (
            "vm.json",
            rf'{{"script": "{_RULE}a # it\'s\n# {_RULE}b\n<# no\n # #>\n{_RULE}`\n \'c\'\n{_RULE}d#e"}}',
            "acd#e",
        ),
        ("vm.json", f'{{"commands": ["{_RULE}a # one", "# two", "{_RULE}b"]}}', "ab"),
        ("run.py", rf'run(["powershell", "-Command", "{_RULE}a # one\n{_RULE}b"])', "ab"),
        ("run.py", rf'run("powershell -Command \"{_RULE}a # one\n{_RULE}b\"")', "ab"),
        ("run.py", rf'run(["powershell", "-Command", "{_RULE}a\n{_RULE}b"])', "ab"),
    ],
)
def test_a_remark_within_a_literal_takes_no_line_behind_it(name: str, text: str, made: str) -> None:
    read = parsed(name, text)
    objects = (*read.policy.filter_lists, *read.policy.connection_security_rules)
    assert ("".join(each.name for each in objects), read.problems) == (made, ())
