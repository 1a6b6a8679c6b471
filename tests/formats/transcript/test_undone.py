"""A rollback beside a change is no part of what the change sets up."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text

ADD = 'netsh advfirewall consec add rule name="Iso" endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout'
DELETE = 'netsh advfirewall consec delete rule name="Iso"'
NEW = "New-NetIPsecRule -DisplayName Iso -InboundSecurity Require -OutboundSecurity Request"
REMOVE = "Remove-NetIPsecRule -DisplayName Iso"


def rules(text: str, name: str) -> int:
    report = check_text(text, name)
    return report.inputs[0].objects.get("connection_security_rule", 0) if report.inputs else 0


@cases(
    "heading",
    [
        "Rollback",
        "Back-out plan",
        "Undo",
        "How to uninstall",
        "Clean up",
        "R\u00fcckg\u00e4ngig machen",
        "Desinstalaci\u00f3n",
        "Remove the rule",
        "Deleting everything",
        "Annexe 2 - supprimer-tous.bat",
        "Appendix: `Remove-Isolation.ps1`",
        "\u56de\u6eda",
    ],
)
@cases(("language", "change", "back"), [("cmd", ADD, DELETE), ("powershell", NEW, REMOVE)])
def test_a_section_that_takes_back_is_set_aside(heading: str, language: str, change: str, back: str) -> None:
    text = f"# Change\n\n## Do\n\n```{language}\n{change}\n```\n\n## {heading}\n\n```{language}\n{back}\n```\n"
    assert rules(text, "runbook.md") == 1


@cases(
    "caption",
    [
        "To undo:",
        "To roll back, run this:",
        "To remove it again run",
        "If you want to delete it:",
        "And to disable it later:",
    ],
)
def test_a_caption_that_takes_back_sets_aside_what_it_announces(caption: str) -> None:
    assert (
        rules(f"We rolled this out on Monday on all of the servers:\n\n{ADD}\n\n{caption}\n\n{DELETE}\n", "post.txt")
        == 1
    )


@cases(
    ("caption", "back", "expected"),
    [
        ("Step 3: remove the old rule", DELETE, 0),
        ("Then take it out:", DELETE, 0),
        ("## Remove the old rules", DELETE, 0),
        ("## Step 3: delete the rule", DELETE, 0),
        ("To undo:", ADD.replace("Iso", "Old"), 2),
    ],
)
def test_a_step_and_what_sets_something_up_are_part_of_the_change(caption: str, back: str, expected: int) -> None:
    text = f"# Change\n\n```cmd\n{ADD}\n```\n\n{caption}\n\n```cmd\n{back}\n```\n"
    assert rules(text, "runbook.md") == expected


def test_a_script_runs_to_its_end() -> None:
    assert rules(f"{ADD}\nrem to undo:\n{DELETE}\n", "a.cmd") == 0


def test_a_rollback_alone_is_read() -> None:
    report = check_text(f"## Rollback\n\n```cmd\n{DELETE}\n```\n", "runbook.md")
    assert [problem.code.value for problem in report.problems] == ["IN004"]


@cases("caption", ["Rollback:", "Backout plan:", "To undo:", "R\u00fcckg\u00e4ngig machen:"])
@cases(("change", "back"), [(ADD, DELETE), (NEW, REMOVE)])
@cases("blank", ["", "\n"])
def test_the_way_back_of_a_ticket_is_set_aside(caption: str, change: str, back: str, blank: str) -> None:
    above = f"Number: CHG0031\nImplementation plan:\n{blank}{change}\n{blank}{caption}\n{blank}{back}\n"
    assert rules(above, "ticket.txt") == 1
    assert rules(f"{above}{blank}Then:\n{change.replace('Iso', 'Hub')}\n", "ticket.txt") == 2


@cases("text", [f"Clean up first:\n{DELETE}\nThen:\n{ADD}\n", f"Plan:\n{ADD}\nClean up:\n{DELETE}\n{ADD}\n"])
def test_what_is_taken_out_and_made_again_below_such_a_caption_is_run(text: str) -> None:
    assert rules(text, "ticket.txt") == 1


def test_a_script_runs_what_its_labels_stand_above() -> None:
    assert rules(f"{ADD}\n:rollback:\n{DELETE}\n", "hub.cmd") == 0
