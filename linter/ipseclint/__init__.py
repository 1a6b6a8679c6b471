"""ipseclint is the linter for Windows IPsec policy."""

__version__ = "0.1.0"
