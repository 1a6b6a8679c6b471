"""A proposal of which nothing is known says so of each part, at the place of the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import asdict

from ipseclint.formats.kit.policy_parts import unknown_main_mode_proposal, unknown_quick_mode_proposal
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span

SPAN, UNKNOWN = Span("a.xml", 7, 3, 5), Unknown("IPSEC_TRANSFORM_OTHER")


@pytest.mark.parametrize("made", [unknown_main_mode_proposal, unknown_quick_mode_proposal])
def test_each_part_is_unknown_there(made: Callable[[Span, Unknown], Any]) -> None:
    said = asdict(made(SPAN, UNKNOWN))
    assert said.pop("span") == SPAN
    assert set(said.values()) - {None} == {Setting(UNKNOWN, SPAN)}
