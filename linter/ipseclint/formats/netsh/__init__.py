"""Scripts of `netsh ipsec` and `netsh advfirewall` commands, and what those commands print."""
