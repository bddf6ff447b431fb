"""kubectl over a simulated cluster: parsing, verbs and printers; it speaks to the API alone."""
