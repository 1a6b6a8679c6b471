"""The meaning of a policy: which rules apply to whom, what takes effect, who its peers are, what becomes of traffic."""
