"""How often a property is tried."""

from hypothesis import settings

USUAL = 100
"""What Hypothesis tries where nothing is said, and no profile says less."""

MIN_EXAMPLES = 10
"""As many as show a plain fault."""


def tries(wanted: int) -> settings:
    """So many examples, or in a profile that tries less of everything as much less, at least a few."""
    return settings(max_examples=max(min(wanted, MIN_EXAMPLES), wanted * settings.default.max_examples // USUAL))
