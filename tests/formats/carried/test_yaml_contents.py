"""Contents of files that cloud-init writes are read where YAML has them in quotation marks."""

from __future__ import annotations

import pytest
from tests.formats.netsh.inputs import replay

LIST = "netsh ipsec static add filterlist name="


@pytest.mark.parametrize(
    ("content", "made"),
    [
        (rf"{LIST}L\r\n{LIST}M\r\n", "LM"),
        (rf"@echo off\nrem then\n{LIST}\"L\"\n:: more\n{LIST}M", "LM"),
        (f"{LIST}L\\r\\n\\\n      {LIST}M\\r\\n\\\n      ", "LM"),
        (f"{LIST}L\\\n      M", "!"),
        ("netsh ipsec static add\n      filterlist name=L", "!"),
        (rf"{LIST}L\x20", "!"),
    ],
)
def test_a_file_of_cloud_init_whose_content_is_in_quotation_marks_is_read(content: str, made: str) -> None:
    text = f'#cloud-config\nwrite_files:\n  - path: C:\\setup\\ipsec.cmd\n    content: "{content}"\n'
    read = replay(text, "user-data.yaml")
    assert "".join(each.name for each in read.policy.filter_lists) + "!" * len(read.problems) == made
