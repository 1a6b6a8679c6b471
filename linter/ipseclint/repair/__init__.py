"""Repair: what to change in a policy, the changed policy, and the text that makes the change."""
