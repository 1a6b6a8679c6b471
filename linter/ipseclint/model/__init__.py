"""The normalised policy: one vocabulary, that of Windows Firewall with Advanced Security, for every format."""
