"""Catalogs as they are now, compiled before the first test; no test leaves its language behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    subprocess.run([sys.executable, ROOT / "tools" / "compile_translations"], check=True)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request in Russian leaves its thread in Russian: the next test begins in its own."""
    yield
    translation.deactivate()
