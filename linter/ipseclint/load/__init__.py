"""The IKE negotiation load model: whether requests wait too long and are dropped, and which settings cause it.

The entry point is `request`, which turns a `LoadRequest` and a machine into a `LoadAnswer`; `report` writes that as
text, JSON, page or picture. `policy` reads the model's inputs from a machine's policy, also for rules. `host` fits the
model to exports of a running host, `simulate` runs what the closed forms compute. All are pure functions over plain
numbers. Windows publishes neither its number of workers nor the patience of its queue: both are parameters with a
range.
"""
