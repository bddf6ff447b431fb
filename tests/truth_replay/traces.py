"""Recorded traces of a real 1.36 control plane, and the same story as our cluster tells it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from k8slab.engine import Cluster
from k8slab.shell import Shell
from k8slab.shell.output import Output

from . import names, neighbours, scenes, stand_ins

FOLDER = Path(__file__).parent.parent / "truth"
Trace = dict[str, Any]
SETTLE_S = 2
AT_S = 0.01
SHORT = {"PodDisruptionBudget": "PDB"}


class Spoken(NamedTuple):
    """A recorded command and what our terminal said to it."""

    command: dict[str, Any]
    output: Output


class Story(NamedTuple):
    """A trace and its replay; ``start_ms`` is the recorder's second 0."""

    trace: Trace
    cluster: Cluster
    namespace: str
    spoken: list[Spoken]
    start_ms: int


def load(name: str) -> Trace:
    """A trace by its file's name without ``.json``, with our names of its nodes."""
    text = (FOLDER / f"{name}.json").read_text()
    trace = json.loads(scenes.aliased(text, scenes.scene_of(name)))
    named = trace["names_map"] or names.guessed(trace)
    manifests = [*trace["manifests"], *stand_ins.UNSEEN.get(trace["scenario"], ())]
    manifests.sort(key=lambda manifest: manifest["t"])
    return {**trace, "marks": _marks(text), "names_map": named, "manifests": manifests}


def _marks(text: str) -> list[dict[str, Any]]:
    return list(json.loads(text)["marks"])


def namespace_of(trace: Trace) -> str:
    """The namespace in which the recorder worked."""
    found = re.search(rf"\bt-{trace['scenario'][:2]}[a-z0-9-]*", json.dumps(trace["commands"]))
    return found[0] if found else f"t-{trace['scenario']}"


def play(trace: Trace, seed: int | None = None, tail_s: float = 15) -> Story:
    """Let the trace's manifests, commands and faults happen at their times."""
    scene = scenes.scene_of(trace["scenario"])
    cluster = scenes.new_cluster(scene, scene.seed if seed is None else seed)
    shell = Shell(cluster)
    namespace = namespace_of(trace)
    shell.run(f"kubectl create namespace {namespace}")
    cluster.advance(SETTLE_S)
    shell.run(f"kubectl config set-context --current --namespace={namespace}")
    story = Story(trace, cluster, namespace, [], scenes.start_ms(cluster, scene))
    for t, step in _steps(trace, scene):
        cluster.run_until(max(cluster.now_ms, story.start_ms + round(t * 1000)))
        if "cmd" in step:
            story.spoken.append(_speak(story, shell, step))
        elif "fault" in step:
            cluster.inject(step["fault"], node=step["node"])
        else:
            step["do"](cluster, namespace)
    end_s = max(event["t"] for event in trace["events"])
    end_ms = story.start_ms + round((end_s + tail_s) * 1000)
    cluster.run_until(max(cluster.now_ms, end_ms))
    return story


def _steps(trace: Trace, scene: scenes.Scene) -> list[tuple[float, dict[str, Any]]]:
    steps = [(command["t"], command) for command in trace["commands"]]
    marks = {mark["mark"]: mark["t"] for mark in trace["marks"]}
    for mark, fault, node in scene.faults:
        if mark in marks:
            steps.append((marks[mark], {"fault": fault, "node": node}))
    for actions in (stand_ins.BY_API, neighbours.BY):
        steps += [(t, {"do": action}) for t, action in actions.get(trace["scenario"], ())]
    return sorted(steps, key=lambda step: step[0])


def _speak(story: Story, shell: Shell, command: dict[str, Any]) -> Spoken:
    """Run a recorded line; the recorder's kubectl had ``-n``, which its record leaves out."""
    line = _in_our_names(story, command["cmd"])
    if line.startswith("POST "):
        return Spoken(command, stand_ins.posted(story.cluster, story.namespace, line))
    documents = _sent(story.trace, command["t"])
    several = len(documents) > 1 and re.match(r"kubectl (apply|create)  ?-f -$", line)
    whom = stand_ins.as_whom(story.trace["scenario"], command["t"])
    line = line.replace("kubectl", f"kubectl -n {story.namespace}{whom}", 1)
    if not several or command["rc"]:
        return Spoken(command, shell.run(line, stdin="---\n".join(documents)))
    return Spoken(command, _one_by_one(story, shell, command, line, documents))


def _one_by_one(
    story: Story, shell: Shell, command: dict[str, Any], line: str, documents: list[str]
) -> Output:
    """What real kubectl's requests take in time, ours take too: each object comes when it came."""
    outputs = []
    seen = [_written_s(story.trace, command, document) for document in documents]
    for number, document in enumerate(documents):
        at_s = next((it for it in seen[number:] if it is not None), None)
        if at_s is not None:
            at_ms = story.start_ms + round(at_s * 1000)
            story.cluster.run_until(max(story.cluster.now_ms, at_ms))
        outputs.append(shell.run(line, stdin=document))
    said = tuple(each for it in outputs for each in it.said)
    return Output(said, max(it.exit_code for it in outputs))


def _written_s(trace: Trace, command: dict[str, Any], document: str) -> float | None:
    """When the recorder saw a document's object written by a command, if it watched that kind."""
    obj = yaml.safe_load(document)
    kind = SHORT.get(obj["kind"], obj["kind"])
    for event in trace["events"]:
        its = (event["kind"], event.get("name")) == (kind, obj["metadata"].get("name"))
        if its and command["t"] <= event["t"] <= command["t_end"]:
            return float(event["t"])
    return None


def _in_our_names(story: Story, line: str) -> str:
    """A recorded line with our generated names for the recorder's."""
    sets = names.recorded(story.trace)
    recorded = story.trace["names_map"]
    for raw in sorted(recorded, key=len, reverse=True):
        alias = recorded[raw]
        if raw in line:
            for hashed, short in sets.items():
                alias = alias.replace(hashed, short)
            line = line.replace(raw, _ours(story, alias))
    return line


def _ours(story: Story, alias: str) -> str:
    """Our object of a recorded name; another pod of its set where ours has gone already."""
    mine = {its: raw for raw, its in names.aliases(story.cluster).items()}
    living = [it["metadata"]["name"] for it in story.cluster.list("Pod", story.namespace)]
    if alias.count("-") < 2 or mine.get(alias) in living:
        return mine.get(alias, alias)
    owner = mine[alias.rpartition("-")[0]]
    return next((name for name in living if name.startswith(owner)), alias)


def _sent(trace: Trace, t: float) -> list[str]:
    """The documents sent to a command's standard input."""
    later = [it["yaml"] for it in trace["manifests"] if it["t"] > t - AT_S]
    sent = later[0] if later else trace["manifests"][-1]["yaml"] if trace["manifests"] else ""
    return re.split(r"^---\n", sent, flags=re.MULTILINE)
