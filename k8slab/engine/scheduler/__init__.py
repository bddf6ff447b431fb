"""The scheduler: which node a pod runs on, decided by filters, then by scores."""
