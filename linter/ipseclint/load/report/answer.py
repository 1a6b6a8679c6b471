"""What `ipseclint load` has to say of one policy, ready for any of its formats."""

from __future__ import annotations

from dataclasses import dataclass

from ipseclint.load.assess import Assessment
from ipseclint.load.host import HostFit
from ipseclint.load.parameters import Parameters
from ipseclint.load.simulate.replicate import Summary


@dataclass(frozen=True, slots=True)
class LoadAnswer:
    """One policy, or Windows' defaults, in one scenario.

    `name` is what was read, `sets` which of its sets decide, `notes` what the model leaves out or took for granted.
    `budget` is the site's share of requests that may be dropped; None if it has none.
    """

    name: str
    sets: str
    parameters: Parameters
    assessment: Assessment
    notes: tuple[str, ...] = ()
    budget: float | None = None
    simulated: Summary | None = None
    calibration: HostFit | None = None

    @property
    def over_budget(self) -> bool:
        """Whether more is dropped than the site's budget allows, with what is not known at its assumed values."""
        return self.budget is not None and self.assessment.figures.drop_probability > self.budget
