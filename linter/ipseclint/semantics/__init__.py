"""What a policy means: which rules apply to whom, what takes effect, who its peers are, what traffic it decides."""
