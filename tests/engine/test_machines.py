"""Several inputs of one machine keep their places."""

from __future__ import annotations

from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy
from ipseclint.model.selectors import WfpFilter


def policy_with_filter(path: str, line: int) -> Policy:
    row = WfpFilter("{k}", "n", "FWPM_LAYER_IPSEC_V4", "s", 1, "a", None, (), (), None, (), (), (), line, 4)
    return Policy(wfp_filters=(row,), wfp_filter_path=path)


def test_filters_of_two_exports_are_each_found_in_their_own() -> None:
    merged = merge_policies((policy_with_filter("a.xml", 3), policy_with_filter("b.xml", 7)))
    spans = [merged.filter_span(row) for row in merged.wfp_filters]
    assert [(span.path, span.line, span.column) for span in spans] == [("a.xml", 3, 4), ("b.xml", 7, 4)]


def test_one_export_beside_a_script_is_found_in_its_own() -> None:
    merged = merge_policies((Policy(), policy_with_filter("b.xml", 7)))
    assert [merged.filter_span(row).path for row in merged.wfp_filters] == ["b.xml"]
