"""The recorded sessions of kubectl 1.36, run again with the real kubectl through our API."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests.bounds import PATIENCE_S

from .conftest import ROOT
from .differential import Said, normal, twins

SESSIONS = ROOT / "tests" / "truth" / "api" / "kubectl_sessions.json"
CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: hcm}}\ndata: {{a: "{}"}}\n'
FILES = {
    "cm.yaml": CONFIG_MAP.format(1),
    "cm2.yaml": CONFIG_MAP.format(2),
    "dep.yaml": """
apiVersion: apps/v1
kind: Deployment
metadata: {name: hd}
spec:
  replicas: 1
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: i}]}
""",
}
WAITS = re.compile(r"rollout status|--cascade=foreground|kubectl wait|^timeout")
# Lines that differ, and why.
OLDER = "kubectl at hand is older than 1.36"
EARLIER = "unrecorded lines came before: debug, set image, annotations"
THEIRS = "the recorder's kubelet was a fake, its users others"
CUT = "the recorder cut it"
CHANCE = "how often the scheduler tried is chance; so is what happened in the same second"
REASONS = (
    ("-o yaml", CUT),
    ("rollout (history|undo)|delete pods --all|version|drain", OLDER),
    ("describe pod single|logs toobig|chunk-size", EARLIER),
    ("whoami|exec|cluster-info", THEIRS),
    ("events", CHANCE),
)


def test_sessions(server: tuple[str, Path], tmp_path: Path) -> None:
    """KC-001, CP-041: what kubectl printed there it prints here, but for what REASONS names."""
    pair = twins(server, tmp_path, paused=False)
    (pair.folder / "h").mkdir()
    for name, text in FILES.items():
        (pair.folder / "h" / name).write_text(text)
    differ, equal = [], 0
    for session in json.loads(SESSIONS.read_text())["sessions"]:
        line = session["cmd"]
        if WAITS.search(line):
            continue
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=pair.folder,
            env=pair.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        wanted = _said(session["stdout"], session["stderr"], session["rc"], line)
        have = _said(done.stdout, done.stderr, done.returncode, line)
        if wanted == have:
            equal += 1
        elif not any(re.search(it, line) for it, _ in REASONS):
            differ.append((line, wanted, have))
    assert differ == []
    assert equal >= 36


def _said(stdout: str, stderr: str, code: int, line: str) -> Said:
    """In normal form, without the notes of the recorder's HTTP library."""
    stderr = re.sub(r"^I\d{4} .*Unsolicited response.*\n", "", stderr, flags=re.MULTILINE)
    return Said(normal(stdout, line), normal(stderr, line), code)
