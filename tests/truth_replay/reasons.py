"""Why a recorded line is not ours, line by line: what is not explained here is a fault."""

from __future__ import annotations

import re

from .lines import Line

NODES = "the recorder's cluster had other nodes, namespaces, pods and machines"
OLDER = "a lab's cluster is older than the Events of its nodes' registration"
RUNTIME = "the recorder's container runtime was a fake: ids, exit codes, instant and silent"
CACHED = "which of the recorder's nodes had the image from before is not known"
PLACING = "a parallel StatefulSet creates its pods in any order; here in that of their ordinals"
RETRY = (
    "pods of the recorder's other scenarios went from the same nodes, and each time the scheduler"
    " tried those that lacked room again, and said so"
)
BEHIND = "a real controller's cache was behind and it tried again a second later; ours never is"
RECOUNT = (
    "the real controller's write of NewReplicaSetCreated met its own write of a moment before, and"
    " was left out: a conflict, chance"
)
STOPPED = "a pod that is deleted between restarts is written Running once more before it ends"
SPAM = "the recorder's kubelet spent 10 of a pod's 25 Warnings on a missing cluster DNS"

EVICTING = "kubectl evicts a node's pods all at once; which answer comes first is chance"
SLOW_APPLY = "a budget came 3 ms before the pods of its Deployment, which here are there sooner"
RANDOM_LEASE = "the API server's identity, a random name"
CONFIG = "kubectl's own log, with its process and the moment"
NAMED = "equal rows of a sort stand as generated names fall"
HALF = "a line of the other half of the record had changed the object before"
TRIED = "how often a controller or the scheduler tried, and where a pod went, is chance"

ARTEFACT = "two paths that the recorder's distribution opens to everybody"
KNOWN = "the recorder's kubectl remembered a definition that an earlier run had deleted"
HISTORY = "a lab's history goes back further than the five minutes of the recorder's etcd"

# (file, line, reason), as regular expressions; the first that fits counts.
REASONS: tuple[tuple[str, str, str], ...] = (
    ("03", "db-1|get pods -o wide", PLACING),
    ("03", "describe node", OLDER),
    ("04-drain", "^8.6 s: kubectl drain", EVICTING),
    ("04-drain", "event NoPods", SLOW_APPLY),
    ("07-garbage", "^conditions of web", RECOUNT),
    ("07-service", r"slice \S+ at [123]\.\d s", BEHIND),
    ("08", "^event FailedScheduling on Pod/(sel|aff|podaff)", TRIED),
    ("08", "^event FailedScheduling", RETRY),
    ("08", "describe pod cpu|get events", RETRY),
    ("08", "describe pod vip", TRIED),
    ("09-kubectl", r"describe node|get pods -A", NODES),
    ("11-realkubelet-deployment", "event Pulled", CACHED),
    ("11-realkubelet-deployment", "describe pods", RUNTIME),
    ("11-.*", "kubectl (describe|get) nodes?", NODES),
    ("11-realkubelet-node", "^life of", RUNTIME),
    ("11-realkubelet-pod", "^life of", STOPPED),
    ("11-realkubelet-pod", "describe pod (probe|nocm)", SPAM),
    ("11-realkubelet-pod", "get pod probe -o yaml", RUNTIME),
    ("24-bootstrap", "^Lease", RANDOM_LEASE),
    ("24-bootstrap", "^Node", NODES),
    ("24-http", "list at exact", HISTORY),
    ("09-limit", "38.2 s: kubectl get deploy,rs|40.1 s: kubectl get pods", TRIED),
    ("09-limit", "can-i --list", ARTEFACT),
    ("10-crd", "0.1 s: kubectl apply", KNOWN),
    ("10-crd", "6.4 s: kubectl apply", "the order of faults is that of a map in Go: chance"),
    ("20", "--server=", CONFIG),
    ("20", "get pods .*--sort-by", NAMED),
    ("20", "kyaml", RUNTIME),
    ("20", r"rollout history|wc -l|^10\.8 s: kubectl set image", HALF),
    ("20", "(get events|kubectl events|get events.events|describe nodes?) ?", TRIED),
)


def why(line: Line) -> str:
    """The reason for a line that does not hold, or "" where there is none."""
    for file, what, reason in REASONS:
        if re.match(file, line.file) and re.search(what, line.what):
            return reason
    return ""
