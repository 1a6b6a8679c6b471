"""The cryptography of VPN connections: profiles, phone books, and what both have in common."""
