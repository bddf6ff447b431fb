"""The version that the API server says it is (``/version``), as the recorded one did."""

from __future__ import annotations

_BUILD = {
    "gitVersion": "v1.36.2",
    "gitCommit": "ocp",
    "gitTreeState": "archive",
    "buildDate": "2026-08-21T00:00:00Z",
    "goVersion": "go1.26.4",
    "compiler": "gc",
    "platform": "linux/amd64",
}
CLIENT = {"major": "1", "minor": "36", **_BUILD}
SERVER = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    **_BUILD,
}
