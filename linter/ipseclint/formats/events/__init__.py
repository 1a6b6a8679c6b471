"""The security log and the audit policy that fills it."""
