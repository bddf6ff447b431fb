"""Visitors: who somebody is without an account, and what they own."""
