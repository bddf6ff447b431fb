"""``kubeseal``: closes a Secret so that only the cluster's Sealed Secrets controller opens it."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from k8slab.engine.apps.sh.host import Result
from k8slab.engine.base.objects import get_in
from k8slab.engine.controllers import operators, sealed_secrets, sealing
from k8slab.kubectl.printers.json_text import to_json
from k8slab.kubectl.printers.yaml_text import to_yaml
from k8slab.kubectl.yaml_reader import JsonError, YamlError, read_documents

if TYPE_CHECKING:
    from .shell import Shell

_VALUED = {"-o": "output", "--format": "output", "-f": "input", "--secret-file": "input",
           "-w": "to", "--sealed-secret-file": "to", "-n": "namespace",
           "--namespace": "namespace"}  # fmt: skip
NO_CONTROLLER = (
    'cannot get sealed secret service: services "sealed-secrets-controller" not found.\n'
    "Please, use the flag --controller-name and --controller-namespace to set up the name and "
    "namespace of the sealed secrets controller"
)


class _Refused(Exception):
    """What kubeseal says instead of sealing."""


def kubeseal(shell: Shell, arguments: list[str], stdin: str) -> Result:
    """kubeseal [-o json|yaml] [-f FILE] [-w FILE] [-n NAMESPACE] < secret.yaml: strict scope."""
    try:
        given = _flags(arguments)
        text = _input(shell, given, stdin)
        sealed = _sealed(shell, _secret(text), given.get("namespace", ""))
        shown = _shown(sealed, given.get("output", "json"))
    except _Refused as refused:
        return Result("", f"error: {refused}\n", 1)
    if "to" in given:
        wrong = shell.write(given["to"], shown)
        return Result("", f"{wrong}\n" if wrong else "", int(bool(wrong)))
    return Result(shown, "", 0)


def _flags(arguments: list[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    words = list(arguments)
    while words:
        word, equals, value = words.pop(0).partition("=")
        if not equals and word[:2] in _VALUED and not word.startswith("--") and word[2:]:
            word, value = word[:2], word[2:]
        elif not equals and word in _VALUED and words:
            value = words.pop(0)
        if word not in _VALUED:
            raise _Refused(f"unknown flag: {word}")
        if not value:
            raise _Refused(f"flag needs an argument: {word}")
        given[_VALUED[word]] = value
    return given


def _input(shell: Shell, given: dict[str, str], stdin: str) -> str:
    if "input" not in given:
        return stdin
    text = shell.read(given["input"])
    if text is None:
        raise _Refused(f"open {given['input']}: no such file or directory")
    return text


def _secret(text: str) -> dict[str, Any]:
    try:
        documents = [it.value for it in read_documents(text) if it.value is not None]
    except (YamlError, JsonError) as error:
        raise _Refused(str(error)) from error
    if len(documents) != 1 or get_in(documents[0], "kind") != "Secret":
        raise _Refused("the input must be one Secret")
    secret: dict[str, Any] = documents[0]
    if not get_in(secret, "metadata", "name"):
        raise _Refused("Missing metadata.name in input Secret")
    return secret


def _sealed(shell: Shell, secret: dict[str, Any], namespace: str) -> dict[str, Any]:
    """The SealedSecret of a Secret in its namespace (else the given one, else the context's)."""
    world = shell.cluster.world
    if not operators.runs(world, sealed_secrets.IMAGE):
        raise _Refused(NO_CONTROLLER)
    given = secret["metadata"]
    place = {"name": given["name"], "namespace": given.get("namespace") or namespace
             or shell.namespace}  # fmt: skip
    encrypted = {
        key: sealing.seal(world.seed, place["namespace"], place["name"], key, value)
        for key, value in sorted(_values(secret).items())
    }
    kept = {field: given[field] for field in ("labels", "annotations") if given.get(field)}
    template: dict[str, Any] = {"metadata": {**place, **kept}}
    if secret.get("type"):
        template["type"] = secret["type"]
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": sealed_secrets.KIND,
        "metadata": place,
        "spec": {"encryptedData": encrypted, "template": template},
    }


def _values(secret: dict[str, Any]) -> dict[str, bytes]:
    try:
        values = {
            key: base64.b64decode(value or "", validate=True)
            for key, value in (secret.get("data") or {}).items()
        }
    except (binascii.Error, ValueError, TypeError) as error:
        raise _Refused("illegal base64 data in the input Secret") from error
    plain = secret.get("stringData") or {}
    return {**values, **{key: str(value).encode() for key, value in plain.items()}}


def _shown(sealed: dict[str, Any], output: str) -> str:
    if output == "yaml":
        return "---\n" + to_yaml(sealed)
    if output == "json":
        return to_json(sealed)
    raise _Refused(f"unsupported output format: {output}")
