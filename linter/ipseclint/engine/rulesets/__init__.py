"""Rulesets: which rules run, with which severities, numbers and clauses, those that users write included."""
