"""Repairs in the text of a script or a VPN profile."""
