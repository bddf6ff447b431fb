"""Lessons: files that are read, proved against the engine, and shown."""
