"""Sets of packets, exactly: which rule decides, which can never decide, and what the rules cover."""
