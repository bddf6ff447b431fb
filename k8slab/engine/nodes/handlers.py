"""The four ways of a probe, and what the kubelet says when one fails (pkg/probe, 1.36)."""

from __future__ import annotations

from typing import NamedTuple

from ..apps import Request, Run, answer, execute
from ..base.objects import Obj

REFUSED, NO_ANSWER = 0, -1
NO_OUTPUT = " "
"""The failure of a command that said nothing: the kubelet has nothing to add."""

REDIRECTED = "Probe terminated redirects, Response body: "
"""The kubelet follows a redirect within the host alone; apps here name another or none."""


class Finding(NamedTuple):
    """``share`` of the probes find ``failure`` ("": success), or a success with a ``warning``."""

    share: float
    failure: str
    warning: str = ""


class Findings(NamedTuple):
    """What a probe finds, and until when that stays so (None: until something is done)."""

    each: tuple[Finding, ...]
    until_ms: int | None


def port_number(container: Obj, port: int | str) -> int:
    """A probe's port, which may be the name of a container port."""
    for declared in container.get("ports") or ():
        if declared.get("name") == port:
            return int(declared["containerPort"])
    return int(port)


def find(run: Run, container: Obj, probe: Obj, ip: str) -> Findings:
    """What ``probe`` finds of a process."""
    if "httpGet" in probe:
        return _http(run, container, probe, ip)
    if "exec" in probe:
        command = tuple(probe["exec"].get("command") or ())
        done = execute(run, command)
        failure = "" if done.code == 0 else done.output or NO_OUTPUT
        return Findings((Finding(1.0, failure),), done.until_ms)
    if "grpc" in probe:
        return _grpc(run, probe, ip)
    port = port_number(container, probe["tcpSocket"]["port"])
    met = answer(run, Request(port, None))
    return _findings(met.outcomes[0].status, f"dial tcp {ip}:{port}: ", met.until_ms)


def _findings(status: int, dial: str, until_ms: int | None) -> Findings:
    failure = f"{dial}connect: connection refused" if status == REFUSED else ""
    return Findings((Finding(1.0, failure),), until_ms)


def _http(run: Run, container: Obj, probe: Obj, ip: str) -> Findings:
    get = probe["httpGet"]
    port, path = port_number(container, get["port"]), get.get("path") or "/"
    host = get.get("host") or ip
    url = f"{get.get('scheme', 'HTTP').lower()}://{host}:{port}{path}"
    headers = tuple((each["name"], each["value"]) for each in get.get("httpHeaders") or ())
    met = answer(run, Request(port, path, headers))
    late = met.latency_ms > probe.get("timeoutSeconds", 1) * 1000
    texts = {
        REFUSED: f'Get "{url}": dial tcp {host}:{port}: connect: connection refused',
        NO_ANSWER: f'Get "{url}": context deadline exceeded '
        "(Client.Timeout exceeded while awaiting headers)",
    }
    findings = []
    for outcome in met.outcomes:
        status = NO_ANSWER if late and outcome.status != REFUSED else outcome.status
        good = 200 <= status < 400
        text = texts.get(status, f"HTTP probe failed with statuscode: {status}")
        warning = REDIRECTED if 300 <= status < 400 else ""
        findings.append(Finding(outcome.share, "" if good else text, warning))
    return Findings(tuple(findings), met.until_ms)


def _grpc(run: Run, probe: Obj, ip: str) -> Findings:
    port = int(probe["grpc"]["port"])
    met = answer(run, Request(port, "/ready"))
    limit_s = probe.get("timeoutSeconds", 1)
    unreachable = (
        f'timeout: failed to connect service "{ip}:{port}" within {limit_s}s: '
        "context deadline exceeded"
    )
    texts = {REFUSED: unreachable, NO_ANSWER: unreachable, 200: ""}
    unhealthy = 'service unhealthy (responded with "NOT_SERVING")'
    findings = (Finding(each.share, texts.get(each.status, unhealthy)) for each in met.outcomes)
    return Findings(tuple(findings), met.until_ms)
