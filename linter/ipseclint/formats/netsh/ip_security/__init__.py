"""`netsh ipsec`: the static and dynamic contexts of IP Security Policies."""
