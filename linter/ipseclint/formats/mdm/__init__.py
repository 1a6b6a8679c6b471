"""What mobile device management sets on a Windows host: nodes of its configuration service providers."""
