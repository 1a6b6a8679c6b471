"""Configurations of gateways of other makers as peers: what one leaves open is not known, but by its reference."""
