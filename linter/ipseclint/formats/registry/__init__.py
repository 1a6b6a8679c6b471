"""Registry text, policy files and hives, and the IPsec policy in them."""
