"""`netsh advfirewall`: its commands and what it prints."""
