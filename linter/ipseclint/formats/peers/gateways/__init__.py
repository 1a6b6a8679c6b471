"""Other makers' gateway configurations as peers: anything left open is unknown, unless the maker's reference tells."""
