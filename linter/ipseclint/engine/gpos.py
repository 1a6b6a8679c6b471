"""Which GPO a place belongs to: a path with a GUID tells nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipseclint.engine.machines import ReadInput
from ipseclint.finding import Report, Subject, subject_of
from ipseclint.model.policy import UNNAMED_GPO

Gpos = Mapping[str, Mapping[Subject | None, str]]
"""By path the GPO of each object; under None that of the whole file, if it is of one GPO."""


def gpos_of(read: Sequence[ReadInput]) -> Gpos:
    """The GPOs that the inputs say they are of."""
    known: dict[str, Mapping[Subject | None, str]] = {}
    for input_ in read:
        stores: dict[Subject | None, str] = {
            subject_of(thing): store
            for thing in input_.parsed.policy.objects()
            if (store := getattr(thing, "store", None)) and store != UNNAMED_GPO
        }
        names = set(stores.values())
        whole = input_.parsed.gpo or (names.pop() if len(names) == 1 else "")
        if whole:
            stores[None] = whole
        if stores:
            known |= dict.fromkeys((source.path for source in input_.source.all), stores)
    return known


def with_gpos(report: Report, gpos: Gpos) -> Report:
    """The report with the GPO of each input, finding and problem whose place belongs to one."""
    if not gpos:
        return report

    def of(path: str, subject: Subject | None = None) -> dict[str, str | None]:
        stores = gpos.get(path, {})
        return {"gpo": stores.get(subject) or stores.get(None)}

    return report.model_copy(
        update={
            "inputs": tuple(each.model_copy(update=of(each.path)) for each in report.inputs),
            "findings": tuple(each.model_copy(update=of(each.span.path, each.subject)) for each in report.findings),
            "problems": tuple(each.model_copy(update=of(each.span.path)) for each in report.problems),
        }
    )
