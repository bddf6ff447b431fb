"""The ground floor: values, time and chance. Imports nothing of the rooms above it."""
