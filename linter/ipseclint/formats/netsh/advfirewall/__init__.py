"""`netsh advfirewall`: its commands and its output."""
