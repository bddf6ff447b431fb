"""Run all measurements, or those named, and put their figures into build/bench.json."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path

SUPPORT = ("__init__", "__main__", "tools", "serving", "report", "clients", "learners")
SUPPORT += ("kubeclients", "visitors", "listeners")
HERE = Path(__file__).parent
RESULT = HERE.parent / "build" / "bench.json"


def main(names: list[str]) -> None:
    """Each measurement has a process of its own, so that none warms or burdens another."""
    results: dict[str, float | str] = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    results["python"] = platform.python_version()
    for name in names:
        print(f"\n{name}", flush=True)
        code = f"import json; from bench.{name} import measure; print(json.dumps(measure()))"
        run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        if run.returncode:
            print("  failed (see above)")
            results[name] = "failed"
            continue
        for figure, value in json.loads(run.stdout.splitlines()[-1]).items():
            print(f"  {figure:<44} {value:>12,.3f}")
            results[figure] = value
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(results, indent=2) + "\n")
    print(f"\nwritten to {RESULT.relative_to(HERE.parent)}")


if __name__ == "__main__":
    there = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in SUPPORT)
    main(sys.argv[1:] or there)
