"""Sets of packets, exactly: which rule decides, which can never decide, and what the rules cover.

The input are the `rules.OrderedRules` of rules over `box.box`, ranked by a `rules.Reading`. `analyse.analyse`
finds conflicts, `decide.decide` tells which rule wins a packet, `coverage.coverage` what happens to a
region, `mirrors.missing_mirrors` what the other side does not protect. docs/packet-sets.md says how.
"""
