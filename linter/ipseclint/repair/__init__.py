"""Repair: the changes to a policy, the changed policy, and the text that makes the changes."""
