"""The objects of a policy hold nothing undeclared, and nothing changes later.

That each value is of the type that is declared, mypy sees to in what is written out, and
tests/formats/test_every_format.py in what is read.
"""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.model.kinds import KINDS, ObjectKind
from ipseclint.model.policy import FilterList, ServiceState
from ipseclint.model.selectors import Address, LegacyFilter, WfpFilter
from ipseclint.model.values import Entity, NotHeldError
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.type is not WfpFilter], ids=lambda kind: kind.key)
def test_every_kind_of_object_is_an_entity(kind: ObjectKind) -> None:
    assert issubclass(kind.type, Entity)


def test_a_field_that_is_not_declared_is_refused() -> None:
    told: dict[str, Any] = {"name": "IKEEXT", "colour": "blue"}
    with pytest.raises(TypeError, match="colour"):
        ServiceState(**told)
    with pytest.raises(AttributeError, match="colour"):
        _ = ServiceState(name="IKEEXT").colour  # type: ignore[attr-defined]


def test_an_object_cannot_be_changed() -> None:
    service = ServiceState(name="IKEEXT")
    with pytest.raises(AttributeError, match="immutable"):
        service.name = "BFE"  # type: ignore[misc]
    assert service.model_copy(update={"name": "BFE"}) == ServiceState(name="BFE") != service
    assert service.name == "IKEEXT"


def test_a_stand_in_lacks_fields_and_has_the_others() -> None:
    service = ServiceState(name="IKEEXT")
    stand_in = service.without({"start", "other"})
    assert (stand_in.name, stand_in.status, service.start) == ("IKEEXT", None, None)
    with pytest.raises(NotHeldError, match="start"):
        _ = stand_in.start


def test_a_copy_holds_nothing_that_was_worked_out_of_other_values() -> None:
    any_, me = Address(keyword=AddressKeyword.ANY), Address(keyword=AddressKeyword.ME)
    empty = FilterList(name="L", span=Span("f", 1, 1))
    assert empty.is_any_to_any is False
    row = LegacyFilter(me, any_, None, 0, 0, mirrored=True, line=1, column=1)
    assert empty.model_copy(update={"filters": (row,)}).is_any_to_any is True
