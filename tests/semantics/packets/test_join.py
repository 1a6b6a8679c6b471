"""How often pairs may be looked at: just so often."""

from __future__ import annotations

import pytest

from tests.cases import cases


@cases("parts", [(5,), (2, 3), (0, 5), (1, 1, 1, 1, 1)])
def test_so_much_work_is_done_and_no_more(parts: tuple[int, ...]) -> None:
    from ipseclint.semantics.packets.join import WorkLimit, WorkLimitError

    limit = WorkLimit(5)
    for part in parts:
        limit.take(part)
    limit.take(0)
    with pytest.raises(WorkLimitError):
        limit.take(1)
