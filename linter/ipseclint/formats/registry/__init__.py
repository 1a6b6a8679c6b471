"""Registry text, policy files and hives, and the IPsec policy that lies in them."""
