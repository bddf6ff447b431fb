"""What must really work (``rows.txt``), and which tests, scenarios and lessons prove it."""
