"""Containers as describe shows them, in a pod and in a template."""

from __future__ import annotations

import math
from urllib.parse import quote

from k8slab.engine.base.objects import Obj, Objs
from k8slab.engine.base.quantity import parse_quantity

from .lines import NONE, Lines, lower, moment, yes

_KNOWN_FIELDS = {"metadata.name", "metadata.namespace"}
"""The fields of a pod whose values kubectl tells: client-go's scheme knows no others."""
_MEASURED = {"cpu", "memory", "ephemeral-storage"}
_IN_PATH = "/$&+,:;=@!'()*~"
"""What Go's url.URL leaves as it is in a path."""


def containers(
    lines: Lines,
    label: str,
    boxes: Objs,
    statuses: dict[str, Obj],
    template: bool,
    metadata: Obj | None = None,
) -> None:
    """The containers of a pod (with their statuses) or of a template (indented once more).

    ``metadata`` is the pod's, whose name and namespace variables may take.
    """
    lines.add(int(template), f"{label}:")
    for box in boxes:
        lines.add(1, f"{' ' if template else ''}{box['name']}:")
        _basics(lines, box, statuses.get(box["name"]))
        _words(lines, "Command", box.get("command"))
        _words(lines, "Args", box.get("args"))
        if box["name"] in statuses:
            _state(lines, statuses[box["name"]])
        resources(lines, 2, box.get("resources") or {})
        _probes(lines, box)
        _environment(lines, box, metadata or {})
        _mounts(lines, box.get("volumeMounts") or [], box.get("volumeDevices") or [])


def _basics(lines: Lines, box: Obj, status: Obj | None) -> None:
    if status is not None:
        lines.value(2, "Container ID", status.get("containerID", ""))
    lines.value(2, "Image", box.get("image", ""))
    if status is not None:
        lines.value(2, "Image ID", status.get("imageID", ""))
    ports = box.get("ports") or []
    many = "s" if len(ports) > 1 else ""
    lines.value(2, f"Port{many}", _ports(ports, "containerPort"))
    lines.value(2, f"Host Port{many}", _ports(ports, "hostPort"))
    profile = (box.get("securityContext") or {}).get("seccompProfile")
    if profile:
        lines.value(2, "SeccompProfile", profile["type"])
        if profile["type"] == "Localhost":
            lines.value(3, "LocalhostProfile", profile.get("localhostProfile", ""))


def _ports(ports: Objs, field: str) -> str:
    texts = []
    for port in ports:
        name = f" ({port['name']})" if port.get("name") else ""
        texts.append(f"{port.get(field, 0)}/{port.get('protocol', 'TCP')}{name}")
    return ", ".join(texts) or NONE


def _words(lines: Lines, name: str, words: list[str] | None) -> None:
    if words:
        lines.add(2, f"{name}:")
        for word in words:
            for line in word.split("\n"):
                lines.add(3, line)


def _state(lines: Lines, status: Obj) -> None:
    _one_state(lines, "State", status.get("state") or {})
    if (status.get("lastState") or {}).get("terminated"):
        _one_state(lines, "Last State", status["lastState"])
    lines.value(2, "Ready", yes(status.get("ready")))
    lines.value(2, "Restart Count", status.get("restartCount", 0))


def _one_state(lines: Lines, name: str, state: Obj) -> None:
    if "running" in state:
        lines.value(2, name, "Running")
        lines.value(3, "Started", moment(state["running"].get("startedAt")))
    elif "terminated" in state:
        ended = state["terminated"]
        lines.value(2, name, "Terminated")
        for field, title in (("reason", "Reason"), ("message", "Message")):
            if ended.get(field):
                lines.value(3, title, ended[field])
        lines.value(3, "Exit Code", ended.get("exitCode", 0))
        if ended.get("signal"):
            lines.value(3, "Signal", ended["signal"])
        lines.value(3, "Started", moment(ended.get("startedAt")))
        lines.value(3, "Finished", moment(ended.get("finishedAt")))
    else:
        lines.value(2, name, "Waiting")
        reason = (state.get("waiting") or {}).get("reason")
        if reason:
            lines.value(3, "Reason", reason)


def resources(lines: Lines, level: int, resources: Obj) -> None:
    """The limits and requests of a container, or of a whole pod."""
    for name in ("limits", "requests"):
        amounts = resources.get(name)
        if amounts:
            lines.add(level, f"{name.capitalize()}:")
            for resource in sorted(amounts):
                lines.value(level + 1, resource, amounts[resource])


def _probes(lines: Lines, box: Obj) -> None:
    for name in ("liveness", "readiness", "startup"):
        probe = box.get(f"{name}Probe")
        if probe:
            lines.value(2, name.capitalize(), probe_text(probe))


def probe_text(probe: Obj) -> str:
    """``http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3``."""
    numbers = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 1)}s "
        f"period={probe.get('periodSeconds', 10)}s #success={probe.get('successThreshold', 1)} "
        f"#failure={probe.get('failureThreshold', 3)}"
    )
    if "exec" in probe:
        return f"exec [{' '.join(probe['exec'].get('command') or ())}] {numbers}"
    if "httpGet" in probe:
        http = probe["httpGet"]
        scheme = http.get("scheme", "HTTP").lower()
        host, path = str(http.get("host", "")), quote(http.get("path", ""), safe=_IN_PATH)
        host = f"[{host}]" if ":" in host else host
        root = "" if not path or path.startswith("/") else "/"
        return f"http-get {scheme}://{host}:{http.get('port', '')}{root}{path} {numbers}"
    if "tcpSocket" in probe:
        tcp = probe["tcpSocket"]
        return f"tcp-socket {tcp.get('host', '')}:{tcp.get('port', '')} {numbers}"
    if "grpc" in probe:
        grpc = probe["grpc"]
        return f"grpc <pod>:{grpc.get('port', '')} {grpc.get('service', '')} {numbers}"
    return f"unknown {numbers}"


def _environment(lines: Lines, box: Obj, metadata: Obj) -> None:
    sources = box.get("envFrom") or []
    if sources:
        lines.add(2, "Environment Variables from:")
        for source in sources:
            lines.add(3, _source(source))
    variables = box.get("env") or []
    if not variables:
        lines.value(2, "Environment", NONE)
        return
    lines.add(2, "Environment:")
    for variable in variables:
        first, *rest = _variable(variable, box, metadata).split("\n")
        lines.value(3, variable["name"], first)
        for line in rest:
            lines.add(3, f"\t{line}")


def _source(source: Obj) -> str:
    kind, reference = (
        ("ConfigMap", source["configMapRef"])
        if "configMapRef" in source
        else ("Secret", source.get("secretRef") or {})
    )
    prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
    return (
        f"{reference.get('name', '')}\t{kind}{prefix}\tOptional: {lower(reference.get('optional'))}"
    )


def _variable(variable: Obj, box: Obj, metadata: Obj) -> str:
    origin = variable.get("valueFrom")
    if not origin:
        return str(variable.get("value", ""))
    if "fieldRef" in origin:
        field = origin["fieldRef"]
        path = field["fieldPath"]
        value = metadata.get(path.partition(".")[2], "") if path in _KNOWN_FIELDS else ""
        return f"{value} ({field.get('apiVersion', 'v1')}:{path})"
    if "resourceFieldRef" in origin:
        field = origin["resourceFieldRef"]
        return f"{_amount(field, box)} ({field['resource']})"
    if "secretKeyRef" in origin:
        key = origin["secretKeyRef"]
        text = f"<set to the key '{key['key']}' in secret '{key.get('name', '')}'>"
    else:
        key = origin.get("configMapKeyRef") or {}
        text = f"<set to the key '{key.get('key', '')}' of config map '{key.get('name', '')}'>"
    return f"{text}\tOptional: {lower(key.get('optional'))}"


def _amount(field: Obj, box: Obj) -> str:
    """What a resourceFieldRef comes to (kubectl's ExtractContainerResourceValue).

    Without a limit it would be the node's allocatable, which describe does not look up.
    """
    which, _, resource = field["resource"].partition(".")
    if which not in ("limits", "requests") or resource not in _MEASURED:
        return ""
    stated = ((box.get("resources") or {}).get(which) or {}).get(resource)
    if stated is None:
        unbound = which == "limits" and resource != "ephemeral-storage"
        return "node allocatable" if unbound else "0"
    divisor = parse_quantity(str(field.get("divisor") or 0)) or 1
    return str(math.ceil(parse_quantity(str(stated)) / divisor))


def _mounts(lines: Lines, mounts: Objs, devices: Objs) -> None:
    """Mounts, and block devices (whose title has the mounts' ``<none>``, as kubectl's has)."""
    none = "" if mounts else f"\t{NONE}"
    lines.add(2, f"Mounts:{none}")
    for mount in sorted(mounts, key=lambda mount: str(mount["mountPath"])):
        flags = "ro" if mount.get("readOnly") else "rw"
        if mount.get("subPath"):
            flags += f',path="{mount["subPath"]}"'
        lines.add(3, f"{mount['mountPath']} from {mount['name']} ({flags})")
    if devices:
        lines.add(2, f"Devices:{none}")
    for device in sorted(devices, key=lambda device: str(device["devicePath"])):
        lines.add(3, f"{device['devicePath']} from {device['name']}")
