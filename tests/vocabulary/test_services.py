"""Services that IPsec needs: what a name may be of which something is not known."""

from __future__ import annotations

from ipseclint.vocabulary.services import may_be_one
from tests.cases import cases


@cases(
    ("name", "may_be"),
    [
        ("*", True),
        ("IKE*", True),
        ("*ext", True),
        ("i*e*t", True),
        ("**IKEEXT**", True),
        ("ikeext", True),
        ("IPsec* Agent", True),
        ("ike", False),
        ("MSSQL$*", False),
        ("ik[e]*", False),
        ("ikeex?", False),
        ("*i*k*e" * 100_000, False),
    ],
)
def test_a_name_may_be_that_of_a_service_where_what_is_known_of_it_fits(name: str, may_be: bool) -> None:
    assert may_be_one(name) is may_be
