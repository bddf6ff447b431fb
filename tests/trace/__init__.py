"""The way of one apply."""
