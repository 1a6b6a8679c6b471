"""The normalised policy: one vocabulary, Microsoft's Windows Firewall with Advanced Security terms, for every format."""
