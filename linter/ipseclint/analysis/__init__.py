"""Pure computations over policies: packet sets, negotiation load, comparison. No findings, no I/O."""
