"""The catalogs as they are now: compiled before the first test here reads one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    subprocess.run([sys.executable, ROOT / "tools" / "compile_translations"], check=True)
