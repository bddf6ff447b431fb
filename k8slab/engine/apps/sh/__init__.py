"""A small sh for containers: pure, in virtual time, and with nothing of the server in reach."""
