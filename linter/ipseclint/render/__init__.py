"""The way back: a change to a policy as netsh and PowerShell text, quoted exactly."""
