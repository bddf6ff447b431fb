"""How kubectl writes: tables, YAML, JSON, jsonpath, custom columns."""
