"""Lines of user data that a template of CloudFormation in YAML lists are read where they stand."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.netsh.inputs import replay

HEAD = "Resources:\n  Host:\n    Properties:\n      UserData:\n        Fn::Base64:"
LIST = "netsh ipsec static add filterlist name="

MORE = f"              - {LIST}M\n              - </script>\n"

CASES = {
    "long form": (
        f'{HEAD}\n          Fn::Join:\n            - "\\n"\n            - - <script>\n              - {LIST}L\n{MORE}',
        "LM",
    ),
    "short form, each on a line": (
        f'{HEAD} !Join\n - "\\r\\n"\n -\n   - "{LIST}\\"L\\""\n   - \'{LIST}M\'  # it\'s\n',
        "LM",
    ),
    "what is put in": (
        f'{HEAD} !Join\n          - "\\n"\n          - - {LIST}L\n            - !Ref More\n            - {LIST}M\n',
        "LM!",
    ),
    "pieces of a line": (f'{HEAD} !Join\n          - ""\n          - - {LIST}\n            - !Ref Name\n', "!"),
    "another list below": (
        f'{HEAD} !Join\n          - "\\n"\n          - - {LIST}L\n      Tags:\n        - {LIST}M\n',
        "L!",
    ),
}


@cases(("template", "made"), CASES.values(), CASES)
def test_lines_that_are_joined_are_commands_and_what_is_put_between_is_told(template: str, made: str) -> None:
    read = replay(template, "stack.yaml")
    assert "".join(each.name for each in read.policy.filter_lists) + "!" * len(read.problems) == made
