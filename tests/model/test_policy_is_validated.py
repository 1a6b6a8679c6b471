"""The policy is validated as it is made: nothing undeclared, nothing of another type, nothing changed later."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from ipseclint.model.kinds import KINDS, ObjectKind
from ipseclint.model.policy import FilterList, Policy, ServiceState
from ipseclint.model.selectors import Address, LegacyFilter, WfpFilter
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword
from tests.cases import cases


@cases("kind", [kind for kind in KINDS if kind.type is not WfpFilter], ids=lambda kind: kind.key)
def test_every_kind_of_object_is_a_model(kind: ObjectKind) -> None:
    assert issubclass(kind.type, BaseModel)


def test_a_field_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        ServiceState.model_validate({"name": "IKEEXT", "colour": "blue"})


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({"main_mode_crypto_sets": ("a text",)})
    with pytest.raises(ValidationError, match="Setting"):
        ServiceState.model_validate({"name": "IKEEXT", "start": "disabled"})


def test_an_object_cannot_be_changed() -> None:
    service = ServiceState(name="IKEEXT")
    with pytest.raises(ValidationError, match="frozen"):
        service.name = "BFE"  # type: ignore[misc]


def test_objects_of_a_kind_share_the_set_of_their_fields() -> None:
    one, other = ServiceState(name="IKEEXT"), ServiceState.model_validate({"name": "BFE", "start": None})
    copied = one.model_copy(update={"name": "BFE"})
    assert one.model_fields_set is other.model_fields_set is copied.model_fields_set
    assert copied == other
    assert one.name == "IKEEXT"


def test_a_copy_holds_nothing_that_was_worked_out_of_other_values() -> None:
    any_, me = Address(keyword=AddressKeyword.ANY), Address(keyword=AddressKeyword.ME)
    empty = FilterList(name="L", span=Span("f", 1, 1))
    assert empty.is_any_to_any is False
    row = LegacyFilter(me, any_, None, 0, 0, mirrored=True, line=1, column=1)
    assert empty.model_copy(update={"filters": (row,)}).is_any_to_any is True
