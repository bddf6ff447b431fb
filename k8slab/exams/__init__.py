"""The mock exam: hands-on tasks against the clock, each scored by what holds in its cluster."""
