"""The recorded kubectl corpora: one long session on one cluster, line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from k8slab.shell import Shell
from k8slab.shell.output import Output

from . import commands, scenes, text, traces
from .lines import Line

FOLDER = traces.FOLDER / "corpus"
SCENE = scenes.Scene()
ON_ITS_OWN = "20-kubectl-corpus-9-yaml"
FILES_FOLDER = {"20-kubectl-corpus-4-create": "files/"}
HIDDEN = {
    "20-kubectl-corpus-7-errors": (
        "kubectl config set-context --current --namespace=default",
        "kubectl delete pod crash noimage -n shop",
        'kubectl patch widget gizmo -n shop --type=merge -p \'{"spec":{"size":"medium"}}\'',
        "kubectl create cm c1 --from-literal=a=1",
        "kubectl create cm c2 --from-literal=a=1",
    )
}
"""What the notes say of lines that were run but not recorded, before a part of the corpus."""
BETWEEN = {
    "kubectl create service clusterip c1 --tcp=80": (
        "kubectl create cronjob cj1 --image=x --schedule='*/5 * * * *'",
    ),
    "kubectl expose deployment c1 --name=e1": ("kubectl expose deployment c1 --port=80 --name=e2",),
    "kubectl config use --kubeconfig=scratch.conf dev": (
        "kubectl config set-context dev --namespace=shop --kubeconfig=scratch.conf",
    ),
    "kubectl config view --kubeconfig=scratch.conf": (
        "kubectl config delete-context dev2 --kubeconfig=scratch.conf",
        "kubectl config delete-cluster other --kubeconfig=scratch.conf",
        "kubectl config delete-user ann --kubeconfig=scratch.conf",
    ),
    "kubectl expose pod r1 --name=e9": ("kubectl expose pod r1 --port=81 --name=e10",),
}
"""Lines that are not in our half of the record, but whose objects later lines list: before which
recorded line they are run."""
PHASE_MS = 800
"""Where the recorder's session stood within a second: two restarts of one second show it."""
KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{name: truth, cluster: {insecure-skip-tls-verify: true, server: "https://127.0.0.1:6443"}}]
contexts: [{name: truth, context: {cluster: truth, user: admin}}]
current-context: truth
users: [{name: admin, user: {token: admintok}}]
"""
KUBECONFIGS = {".kube/config": KUBECONFIG, "scratch.conf": KUBECONFIG}
"""The recorder's, and the copy of it that some lines change."""
TLS_FILES = {
    "files/c.pem": "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
    "files/k.pem": "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
}
"""In place of the recorder's key and certificate, which the record leaves out."""
TOKENS = (
    ("admintok", "admin", "u1", "system:masters"),
    ("devtok", "jane", "u4", "dev"),
)
GO_MAPS = r"apply -f m/crs|describe (limits|ns)|(label|annotate) .*--list|set env .*(--list|--from)"
"""Lines that kubectl prints in the order of a Go map."""
OWN_WORDS = r"^kubectl( (config|set|top|config use-context --kubeconfig=\S+))?$"
"""Lines that print help, which is of kubectl's structure and in our own words."""
GAVE_UP = "TIMEOUT(recorder)"
_SAFE = "[bcdfghjklmnpqrstvwxz2456789]"
_MASKS = (
    (rf"(?<=[a-z0-9])(-{_SAFE}{{5,10}})+\b", "-SUFFIX"),
    (rf"((?:template|revision|controller\.kubernetes\.io/)-?hash[=:] ?\"?){_SAFE}+\b", r"\1HASH"),
    (r"\bzone-[abc]\b", "ZONE"),
    (r"(?<=-)\d{8}(?=-)", "SCHEDULE"),
    (r"\b(truth|k8slab)\b", "CONTEXT"),
    (r"\b(kubernetes-)?admin\b(?= |$)", "ADMIN"),
    (r"(?<=\w)\.[0-9a-f]{16}\b", ".EVENT"),
    (r"\bdefault-scheduler-(vm|control-plane)\b", "SCHEDULER"),
    (r"@@ -\d+,(\d+) \+\d+,(\d+) @@", r"@@ -\1 +\2 @@"),
    (r"\b(ErrImagePull|ImagePullBackOff)\b", "NO-IMAGE"),
    (r"\bTMP/(LIVE|MERGED)-NNN", r"\1"),
    (r"(?<=resource version to be 1, was )\d+", "N"),
    (r"^.*/\.well-known.*\n", ""),
    (r"(object given to jsonpath engine was:).*", r"\1"),
)
"""The rest that is drawn by lot; the hashes of templates are those of Go's printed structs, and
the fake kubelet's tries to pull were not to the second; a diff within a pod stands where the
recorder's volumes put it."""


def lines() -> Iterator[Line]:
    """A line for each recorded command of the corpora, and of what kubectl said to it."""
    for _, name, command, output in _played():
        yield _line(name, command, output)


def stage() -> Shell:
    """The cluster as the session left it, and the terminal to it."""
    return [shell for shell, name, *_ in _played() if name != ON_ITS_OWN][-1]


def _played() -> Iterator[tuple[Shell, str, dict[str, Any], Output]]:
    shell = Shell(scenes.new_cluster(SCENE, SCENE.seed, tokens=TOKENS))
    parts = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]
    origin = _moment(parts[0])
    for part in parts:
        name = part["scenario"]
        if name == ON_ITS_OWN:
            shell = Shell(scenes.new_cluster(SCENE, SCENE.seed, tokens=TOKENS))
        _furnish(shell, part)
        start_ms = max(shell.cluster.now_ms, round((_moment(part) - origin) * 1000) + PHASE_MS)
        for command in part["commands"]:
            at_ms = start_ms + round(command.get("t", 0) * 1000)
            shell.cluster.run_until(max(at_ms, shell.cluster.now_ms))
            for hidden in BETWEEN.get(command["cmd"], ()):
                shell.run(hidden)
            yield shell, name, command, shell.run(command["cmd"], stdin=command.get("stdin", ""))


def _moment(part: dict[str, Any]) -> float:
    return datetime.fromisoformat(part["recorded"]).timestamp()


def _furnish(shell: Shell, part: dict[str, Any]) -> None:
    """The files of a part, and what was run before it unseen."""
    for item in part.get("setup", ()):
        shell.files[item["file"]] = item["yaml"]
    for name, content in part.get("files", {}).items():
        shell.files[FILES_FOLDER.get(part["scenario"], "") + name] = content
    shell.files.update(KUBECONFIGS | TLS_FILES)
    shell.run("kubectl config set-context --current --namespace=default")
    for line in HIDDEN.get(part["scenario"], ()):
        shell.run(line)


def _line(file: str, command: dict[str, Any], output: Output) -> Line:
    recorded = command.get("stdout") or "", command.get("stderr") or ""
    what = f"{command['t']:.1f} s: {command['cmd']}"
    if recorded[1] == GAVE_UP:
        return Line(file, what, None, None, "the recorder gave up before kubectl did")
    ours = output.stdout, output.stderr
    wanted = *(normal(said, command["cmd"]) for said in recorded), command["rc"]
    have = *(normal(said, command["cmd"]) for said in ours), output.exit_code
    if wanted == have:
        return Line(file, what, wanted, have)
    loose = [[_loosened(command["cmd"], str(it)) for it in all_] for all_ in (wanted, have)]
    if loose[0] == loose[1]:
        return Line(file, what, loose[0], loose[1], loose=True)
    return Line(file, what, wanted, have)


def _loosened(line: str, said: str) -> str:
    """An output without what chance decides: the order of a Go map, and the steps of a rollout."""
    if re.search(OWN_WORDS, line):
        return "\n".join(re.findall(r"^  [\w-]+(?=  )|^[A-Z][\w ()]+:$", said, re.MULTILINE))
    if re.search(GO_MAPS, line):
        return "\n".join(sorted(re.split(r"\n|, (?=spec\.)|[\[\]]", said)))
    return commands.loosened(line, said)


def normal(said: str, line: str) -> str:
    """What kubectl said without generated names, ages and the like; rows keep an asked order."""
    for pattern, mask in _MASKS:
        flags = re.DOTALL if "jsonpath" in pattern else re.MULTILINE
        said = re.sub(pattern, mask, said, flags=flags)
    return text.normal(said, {}, "t-20", in_order="--sort-by" not in line)
