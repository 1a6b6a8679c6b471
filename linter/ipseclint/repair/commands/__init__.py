"""Changes to a policy as commands: netsh, PowerShell, VPN; quoted exactly, or reported as impossible."""
