"""The IKE negotiation load model: whether requests wait too long and are dropped, and which settings cause it.

The door is `request`: a `LoadRequest` and a machine in, a `LoadAnswer` out, which `report` writes as text, JSON, page
or picture. `policy` says what a machine's policy gives to the model; rules look through it. `host` fits the model to
exports of a running host, `simulate` runs what the closed forms compute. All are pure functions over plain numbers.
Windows publishes neither its number of workers nor the patience of its queue: both are parameters with a range.
"""
