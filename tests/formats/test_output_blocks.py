"""Blocks of YAML are told apart by the machine that a key or a member names."""

from __future__ import annotations

from textwrap import indent

from tests.cases import cases

from ipseclint.formats.output_blocks import machines_of_blocks

SHOWN = """\
Rule Name:                            {}
----------------------------------------------------------------------
Enabled:                              Yes
Endpoint1:                            Any
Endpoint2:                            10.1.0.0/16
Auth1:                                ComputerPSK
Action:                               RequireInRequestOut
"""


def shown(name: str) -> str:
    return SHOWN.format(name)


DOCUMENTS = (
    ("srv01", "srv02", "{0}:\n  rc: 0\n  stdout: |\n{1}", 4),
    ("left", "right", "hosts:\n  {0}:\n    out: |-\n{1}", 6),
    ("srv01", "srv02", "{0}: |\n{1}", 2),
    ("one", "two", "- host: {0}\n  rc: 0\n  stdout: |\n{1}", 4),
    ("one", "two", "- stdout: |\n{1}  PSComputerName: '{0}'\n", 4),
    ("srv01", "srv02", "- stdout: |\n{1}  item: {0}\n", 4),
    ("one", "two", "---\nhost: {0}\nstdout: |\n{1}", 2),
    ("srv01", "srv02", "- metadata:\n    name: {0}\n  data:\n    a.txt: |\n{1}", 6),
    ("srv01.lab.example", "srv02.lab.example", '"{0}":\n  stdout: |\n{1}', 4),
)


@cases("document", DOCUMENTS)
def test_blocks_are_of_the_machine_that_a_key_or_a_member_names(document: tuple[str, str, str, int]) -> None:
    *names, form, margin = document
    texts = [form.format(name, indent(shown(name), " " * margin)) for name in names]
    lines = "".join(texts).split("\n")
    parts = machines_of_blocks(lines)
    assert list(parts) == [name.upper() for name in names]
    for name, own in parts.items():
        of_rule = [line for line in own.values() if "Rule Name" in line]
        assert [line.split()[-1].upper() for line in of_rule] == [name]
        assert all(lines[row - 1] == line for row, line in own.items())


@cases(
    "text",
    (
        f"srv01:\n  a: |\n{indent(shown('a'), '    ')}  b: |\n{indent(shown('b'), '    ')}",
        f"first:\n  stdout: |\n{indent(shown('a'), '    ')}second:\n  stdout: |\n{indent(shown('b'), '    ')}",
        "srv01:\n  stdout: |\n    srv02:\n      host: srv03\n",
        "",
        "- |\n  host: a\n- |\n  host: b\n",
        "- ansible.windows.win_regedit:\n    path: a\n- community.windows.win_firewall_rule:\n    name: b\n",
        "- ansible.builtin.script: a.ps1\n- ansible.windows.win_shell: |\n    netsh\n",
        "- name: a\n  ns.tools.copy:\n    dest: a\n- ns.tools.template:\n    dest: b\n  name: b\n",
    ),
)
def test_what_names_no_two_machines_is_not_parted(text: str) -> None:
    assert machines_of_blocks(text.split("\n")) == {}
