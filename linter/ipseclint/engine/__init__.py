"""A run of the linter: reads inputs, applies rules, and selects, waives and compares findings into a report."""
