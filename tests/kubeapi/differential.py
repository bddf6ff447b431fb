"""The same lines by our kubectl and by the real one, while time stands still on one cluster."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest

from k8slab.shell import Shell
from tests.bounds import PATIENCE_S
from tests.browser.server import ROOT, SETTINGS
from tests.truth_replay import corpus

OWN = Path(__file__).parent / "lines.txt"
SIBLINGS = Path(__file__).parent / "siblings.txt"
NEW_LAB = """
import django; django.setup()
from k8slab.accounts.models import Visitor
from k8slab.kubeapi import access
from k8slab.labs.archive import create_lab
from tests.truth_replay import corpus
lab = create_lab(Visitor.objects.create(), corpus.stage().cluster)
lab.paused = {paused}
lab.save()
print(access.issue(lab))
"""
NOT_HERE = re.compile(
    r"rollout status|kubectl wait|(^| )-w\b|--watch|logs .*-f\b|drain|port-forward|proxy|edit\b"
    r"|attach|--rm|exec|kubectl cp|debug|completion|--kubeconfig|config |cluster-info dump|timeout"
    r"|^kubectl options|plugin|--server=|https:|whoami --token|(?<!&& )\bsed\b|printf"
)
"""Lines that wait, or are about the place where kubectl runs and not about the cluster."""
_MASKS = (
    (r" (deleted|evicted) from \S+ namespace", r" \1"),
    (r"^ *creationTimestamp: null\n", ""),
    (r"^ *\"creationTimestamp\": null,?\n", ""),
    (r"^(\s*)(template:\n\s*)?metadata: *\{\}\n", ""),
    (r"^Flag --\S+ has been deprecated.*\n", ""),
    (r"\S*/(LIVE|MERGED)-\d+/", r"\1/"),
    (r"^WARNING: version difference.*\n", ""),
    (r"^Warning: short name .*\n", ""),
)


class Said(NamedTuple):
    """What a line printed, in normal form, and its exit code."""

    stdout: str
    stderr: str
    code: int


class Twins(NamedTuple):
    """A terminal of ours, and the real kubectl with a folder of the same files."""

    shell: Shell
    folder: Path
    environment: dict[str, str]

    def run(self, line: str, stdin: str = "") -> tuple[Said, Said]:
        """What ours says, and what the real one does."""
        ours = self.shell.run(line, stdin=stdin)
        real = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        return (
            Said(normal(ours.stdout, line), normal(ours.stderr, line), ours.exit_code),
            Said(normal(real.stdout, line), normal(real.stderr, line), real.returncode),
        )


def twins(server: tuple[str, Path], folder: Path, *, paused: bool = True) -> Twins:
    """Both, at the end of the recorded session; skips where no kubectl is at hand."""
    found = subprocess.run([ROOT / "tools/find_kubectl"], capture_output=True, text=True)
    if not found.stdout:
        pytest.skip(found.stderr.strip())
    address, database = server
    env = {**os.environ, **SETTINGS, "DATABASE_URL": f"sqlite:///{database / 'db.sqlite3'}"}
    env["DJANGO_SETTINGS_MODULE"] = "k8slab.settings"
    made = subprocess.run(
        [sys.executable, "-c", NEW_LAB.format(paused=paused)],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.PIPE,
    )
    with urlopen(f"{address}/k/{made.stdout.decode().strip()}/kubeconfig") as answer:
        (folder / "kubeconfig").write_bytes(answer.read())
    (folder / "bin").mkdir()
    (folder / "bin" / "kubectl").symlink_to(found.stdout.split()[-1])
    shell = corpus.stage()
    work = folder / "work"
    for name, content in shell.files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    environment = {
        "KUBECONFIG": str(folder / "kubeconfig"),
        "HOME": str(folder),
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
    }
    shell.run("kubectl config set-context --current --namespace=default")
    return Twins(shell, work, environment)


def corpus_lines(*parts: int, every: int = 1) -> list[tuple[str, str]]:
    """Recorded lines with their input, those that can be run while time stands still."""
    found = []
    for path in sorted(corpus.FOLDER.glob("*.json")):
        if int(path.name.split("-")[3]) not in parts:
            continue
        for command in json.loads(path.read_text())["commands"]:
            line = _at_once(command["cmd"])
            if not NOT_HERE.search(line):
                found.append((line, command.get("stdin") or ""))
    return found[::every]


def own_lines(file: Path = OWN) -> list[tuple[str, str]]:
    """The lines of lines.txt, or of another file."""
    rows = file.read_text().splitlines()
    return [(row, "") for row in rows if row and not row.startswith("#")]


def _at_once(line: str) -> str:
    deletes = "kubectl delete" in line and "--wait" not in line
    return f"{line} --wait=false" if deletes else line


def recorded() -> dict[str, list[Said]]:
    """What kubectl 1.36 said to the lines of the corpora."""
    found: dict[str, list[Said]] = {}
    for path in sorted(corpus.FOLDER.glob("*.json")):
        for command in json.loads(path.read_text())["commands"]:
            line = _at_once(command["cmd"])
            stdout = normal(command.get("stdout") or "", line)
            stderr = normal(command.get("stderr") or "", line)
            found.setdefault(line, []).append(Said(stdout, stderr, command["rc"]))
    return found


def normal(said: str, line: str) -> str:
    """Without ages, generated names, and what newer versions of kubectl print otherwise."""
    for pattern, mask in _MASKS:
        said = re.sub(pattern, mask, said, flags=re.MULTILINE)
    return corpus.normal(said, line)
