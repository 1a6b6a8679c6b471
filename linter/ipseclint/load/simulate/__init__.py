"""The negotiation queue simulated event by event: arrivals, service, patience, retries."""
