"""The policy is validated as it is made: nothing undeclared, nothing of another type, nothing changed later."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from ipseclint.model.kinds import KINDS, ObjectKind
from ipseclint.model.policy import Policy, ServiceState
from ipseclint.model.selectors import WfpFilter


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.type is not WfpFilter], ids=lambda kind: kind.key)
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
