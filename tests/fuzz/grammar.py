"""Lines as somebody could type them: of the recorded corpora, and put together at random."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from k8slab.kubectl.command import Verb
from k8slab.kubectl.verbs import VERBS
from k8slab.kubectl.yaml_reader import read_documents
from tests.manifests.shelf import LIBRARY
from tests.truth_replay import corpus

from . import mutations

RESOURCES = (
    "pods", "po", "deploy", "deployments.apps", "rs", "sts", "ds", "jobs", "cj", "svc", "ep", "cm",
    "nodes", "secret", "sa", "ns", "pvc", "pv", "sc", "ing", "netpol", "hpa", "pdb", "quota",
    "limits", "roles", "rb", "clusterroles", "crd", "events", "ev", "all", "widgets", "nosuch",
    "pods,svc", "leases", "csr",
)  # fmt: skip
NAMES = (
    "web",
    "db-0",
    "single",
    "settings",
    "node-1",
    "web-pdb",
    "nosuch",
    "a",
    "UPPER",
    "x" * 300,
)
PATHS = (
    ".metadata.name", ".items[*].metadata.name", ".spec.containers[0].image",
    ".status", "..name", "[*]", ".items[?(@.metadata.name=='web')].spec", ".items[-1:]",
    ".items[0:3:2]", ".data.*", ".spec['replicas']", ".metadata.labels.app\\.io/x", "@", "$",
    ".items[(@.length-1)]", ".a.b.c", "{", "range .items[*]", "end",
)  # fmt: skip
ACTIONS = (
    "{{.metadata.name}}", "{{range .items}}", "{{end}}", "{{if .spec}}", "{{else}}",
    "{{with .status}}", "{{len .items}}", "{{index .items 0}}", '{{printf "%d %s" .a .b}}',
    "{{$x := .spec}}", "{{$x}}", "{{/* c */}}", '{{"a" | printf "%50s"}}',
    "{{.data.x | base64decode}}", "{{and .a .b}}", "{{eq .a 1}}", "text", "{{", "}}",
    '{{printf "%99999d" 1}}', "{{template \"x\"}}", "{{define \"x\"}}", "{{- .a -}}",
    "{{range $k, $v := .}}",
)  # fmt: skip
TOOLS = (
    "| grep -c a", "| head -3", "| tail -n 1", "| wc -l", "| sort -r", "> out.txt", ">> out.txt",
    "2>&1", "| sed 's/a/b/g'", "| grep -E '(a|b)*c'", "; echo $?", "&& kubectl get pods",
    "|| true",
)  # fmt: skip


class Case(NamedTuple):
    """A line, and what comes to it through a pipe."""

    line: str
    stdin: str = ""


def draw(chance: random.Random) -> Case:
    """A line: recorded, or made; half of them are spoiled."""
    make = chance.choice((_recorded, _made, _queried, _manifest, _manifest))
    case = make(chance)
    if chance.random() < 0.2:
        case = case._replace(line=f"{case.line} {chance.choice(TOOLS)}")
    if chance.random() < 0.5:
        case = case._replace(line=mutations.line(chance, case.line, words()))
    return case


@cache
def lines() -> list[Case]:
    """Every line of the corpora."""
    parts = [json.loads(path.read_text()) for path in sorted(corpus.FOLDER.glob("*.json"))]
    commands = [command for part in parts for command in part["commands"]]
    return [Case(command["cmd"], command.get("stdin") or "") for command in commands]


@cache
def words() -> list[str]:
    """Words of those lines, resources, names, verbs and their flags."""
    found = {word for case in lines() for word in case.line.split()}
    found |= set(flags()) | set(RESOURCES) | set(NAMES) | set(mutations.ODD_TEXT)
    return sorted(found)


@cache
def verbs() -> list[tuple[str, Verb]]:
    """Every verb that runs, by its whole name (``rollout undo``)."""
    found, left = [], list(VERBS.items())
    while left:
        path, verb = left.pop()
        found.append((path, verb))
        left += [(f"{path} {name}", child) for name, child in verb.children.items()]
    return found


@cache
def flags() -> list[str]:
    """Every flag of every verb."""
    return sorted({f"--{flag.name}" for _, verb in verbs() for flag in verb.flags})


@cache
def objects() -> list[Any]:
    """Manifests of the library, and those that the recorder applied."""
    texts = [path.read_text() for path in sorted(LIBRARY.glob("*.yaml"))]
    found = [document.value for text in texts for document in read_documents(text)]
    cases = json.loads((corpus.FOLDER.parent / "api" / "mutations.json").read_text())["bases"]
    return found + [base for base in cases.values() if isinstance(base, dict)]


def _recorded(chance: random.Random) -> Case:
    return chance.choice(lines())


def _made(chance: random.Random) -> Case:
    path, verb = chance.choice(verbs())
    own = [f"--{flag.name}" for flag in verb.flags] or flags()
    parts = ["kubectl", path]
    for _ in range(chance.randint(0, 4)):
        make = chance.choice((_resource, _resource, _name, _pair, _value))
        parts.append(_flag(chance, own) if chance.random() < 0.4 else make(chance))
    return Case(" ".join(parts))


def _resource(chance: random.Random) -> str:
    kind = chance.choice(RESOURCES)
    return f"{kind}/{_name(chance)}" if chance.random() < 0.4 else kind


def _name(chance: random.Random) -> str:
    return chance.choice(NAMES)


def _pair(chance: random.Random) -> str:
    odd = chance.choice(mutations.ODD_TEXT[-12:])
    return chance.choice((f"a={odd}", f"a={odd}:NoSchedule", "a-", f"c=nginx:{odd}", "*=x"))


def _flag(chance: random.Random, own: list[str]) -> str:
    flag = chance.choice(own if chance.random() < 0.9 else flags())
    make: Callable[[random.Random], str] = chance.choice(
        (_name, _pair, selector, _resource, _value)
    )
    return flag if chance.random() < 0.3 else f"{flag}={make(chance)}"


def _value(chance: random.Random) -> str:
    return chance.choice(
        ("1", "0", "-1", "10", "5s", "true", "yaml", "json", "name", "shop", "nginx")
    )


def selector(chance: random.Random) -> str:
    """A label or field selector."""
    forms = (
        "{a}={b}",
        "{a}!={b}",
        "{a} in ({b},{b})",
        "{a} notin ({b})",
        "!{a}",
        "{a}",
        "{a}=={b}",
    )
    keys = ("app", "tier", "metadata.name", "status.phase", "a/b/c", "-x", "")
    parts = (
        chance.choice(forms).format(a=chance.choice(keys), b=chance.choice(NAMES[:6]))
        for _ in range(chance.randint(1, 4))
    )
    return ",".join(parts)


def _queried(chance: random.Random) -> Case:
    kind, where = chance.choice(RESOURCES), chance.choice(("", "-A", "-n shop"))
    form = chance.choice((_jsonpath, _template, _columns, _selected, _sorted))(chance)
    return Case(f"kubectl get {kind} {where} {form}")


def _jsonpath(chance: random.Random) -> str:
    inner = "".join(f"{{{chance.choice(PATHS)}}}" for _ in range(chance.randint(1, 5)))
    return f"-o jsonpath='{inner}'"


def _template(chance: random.Random) -> str:
    return f"-o go-template='{''.join(chance.choices(ACTIONS, k=chance.randint(1, 6)))}'"


def _columns(chance: random.Random) -> str:
    columns = (f"C{number}:{chance.choice(PATHS)}" for number in range(chance.randint(1, 4)))
    return f"-o custom-columns='{','.join(columns)}'"


def _selected(chance: random.Random) -> str:
    return f"{chance.choice(('-l', '--field-selector'))} '{selector(chance)}'"


def _sorted(chance: random.Random) -> str:
    return f"--sort-by='{chance.choice(PATHS)}'"


def _manifest(chance: random.Random) -> Case:
    obj = mutations.value(chance, chance.choice(objects()))
    text = json.dumps(obj)
    if chance.random() < 0.15:
        text = mutations.line(chance, text, words())
    if chance.random() < 0.3:
        return Case(f"kubectl patch deploy web -n shop --type={_patch_type(chance)} -p '{text}'")
    verb = chance.choice(("apply", "apply", "create", "replace", "delete --wait=false", "diff"))
    more = chance.choice(
        ("", "--dry-run=server", "--server-side", "--dry-run=client -o yaml", "-n shop")
    )
    return Case(f"kubectl {verb} -f - {more}".rstrip(), text)


def _patch_type(chance: random.Random) -> str:
    return chance.choice(("strategic", "merge", "json", "wrong"))
