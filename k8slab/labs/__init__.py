"""Live clusters: wall clock to virtual clock, the journal, ownership, quotas, the websocket."""
