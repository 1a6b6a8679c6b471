"""Names of authorities in both orders and in the spellings of the tools are one name."""

from __future__ import annotations

from ipseclint.semantics.certificate_names import comparable_name, name_parts
from tests.cases import cases

ROOT_FIRST = (("c", "us"), ("st", "new york"), ("cn", "root a, b"))


@cases(
    "name",
    [
        "C=US, ST=New York, CN=Root A, B",
        "c=us,S=new  york,cn=ROOT A, B",
        "/C=US/ST=New York/CN=Root A, B",
        ' C = US , S = "New York" , CN = "Root A, B" ',
    ],
)
def test_spellings_of_one_name_have_the_same_parts(name: str) -> None:
    assert name_parts(name) == ROOT_FIRST


@cases("name", ["CN=Root A, B, S=New York, C=US", "C=US, ST=New York, CN=Root A, B"])
def test_a_name_is_the_same_from_either_end(name: str) -> None:
    assert comparable_name(name) == ROOT_FIRST


def test_other_names_differ() -> None:
    assert name_parts("E=a@b.example, 2.5.4.5=7") == (("emailaddress", "a@b.example"), ("2.5.4.5", "7"))
    assert comparable_name("CN=Root, C=US") != comparable_name("CN=Root, C=UK")
    assert name_parts("Root") == (("root", ""),)
