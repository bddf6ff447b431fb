"""The engine is a product of its own: it runs where nothing of the web is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALONE = """
import sys
for name in ("django", "channels", "uvicorn", "asyncio"):
    sys.modules[name] = None
from k8slab.engine import Cluster
from k8slab.shell import Shell
cluster = Cluster(nodes=2, seed=7)
Shell(cluster).run("kubectl create deployment web --image=nginx:1.27 --replicas=2")
cluster.advance(30)
print(cluster.get("Deployment", "default", "web")["status"]["readyReplicas"])
"""


def test_a_cluster_reconciles_where_neither_django_nor_an_event_loop_can_be_imported():
    """PX-003"""
    run = [sys.executable, "-c", ALONE]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "2\n"
