"""Settings of a Windows host by mobile device management: nodes of configuration service providers (CSPs)."""
