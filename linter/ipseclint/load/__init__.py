"""The IKE negotiation load model: will requests wait too long and be dropped, and which setting does it.

Closed forms, a simulator, scenarios, sensitivities and calibration, as pure functions over plain numbers. Windows
publishes neither its number of workers nor the patience of its queue: both are parameters with a range.
"""
