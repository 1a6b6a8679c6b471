"""Sets of packets, exactly: which rule decides, which can never decide, and what the rules cover.

`rules.OrderedRules` of `rules.TrafficRule` of `box.box` is the input, with ranks from `precedence`.
`analyse.analyse` finds conflicts, `decide.decide` tells which rule wins a packet, `coverage.coverage` what
happens to a region, `mirrors.missing_mirrors` what the other side does not protect, `cover.covered_share` how
much of one box others take. docs/packet-sets.md says how.
"""
