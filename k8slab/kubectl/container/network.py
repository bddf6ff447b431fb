"""curl, wget, nslookup, nc and their like: requests of a pod in the simulated network.

The network's own functions answer: ``network.dns.resolve`` and ``network.send``. localhost is the
pod itself, with all its containers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from k8slab.engine.apps import Answer, Run, page
from k8slab.engine.apps.sh.host import Call, Result
from k8slab.engine.base.objects import Key, Obj
from k8slab.engine.control import World
from k8slab.engine.network import dns
from k8slab.engine.network.reach import TIMEOUT_MS, reach
from k8slab.engine.network.routes import Source
from k8slab.engine.network.send import connect, send
from k8slab.engine.network.target import Target, parse_url
from k8slab.engine.nodes.inside import siblings
from k8slab.engine.nodes.runs import listening

if TYPE_CHECKING:
    from .box import Box

BoxProgram: TypeAlias = "Callable[[Box, Call], Result]"
LOCAL = frozenset({"localhost", "127.0.0.1"})
STATUS = {
    200: "OK",
    201: "Created",
    204: "No Content",
    301: "Moved Permanently",
    302: "Found",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
UNRESOLVED, REFUSED, TIMED_OUT, ANSWERED = "unresolved", "refused", "timed out", "answered"
_HTML = "/usr/share/nginx/html"


class Met(NamedTuple):
    """What a request met: ``kind`` is one of the four above; ``address`` who was asked."""

    kind: str
    status: int = 0
    body: str = ""
    address: str = ""
    seconds: float = 0.0


def fetch(world: World, source: Source, target: Target, number: int = 0) -> Met:
    """Send one request from a pod (its Key), or from where ``network.send`` knows."""
    if target.host in LOCAL and isinstance(source, Key):
        return _from_itself(world, source, target)
    host = f"[{target.host}]" if ":" in target.host else target.host
    url = f"http://{host}:{target.port}{target.path}"
    connection = connect(world, url, source=source, number=number)
    trace = send(world, url, source=source, number=number)
    address = connection.route.asked or target.host
    seconds = trace.latency_ms / 1000
    if trace.status > 0:
        body = ""
        backend = connection.route.backend
        if backend is not None and backend.pod:
            key = Key("Pod", backend.namespace, backend.pod)
            body = body_of(world, key, backend.port, target.path, trace.status)
        return Met(ANSWERED, trace.status, body, address, seconds)
    if "no such host" in trace.cause or trace.cause.endswith(dns.NO_SERVERS):
        return Met(UNRESOLVED, address=target.host)
    refused = trace.latency_ms < TIMEOUT_MS and "timed out" not in trace.cause
    return Met(REFUSED if refused else TIMED_OUT, address=address, seconds=seconds)


def fetch_from_pod(world: World, key: Key, port: int, path: str) -> Met:
    """A request to a pod's own port, whoever leads it there (``port-forward``)."""
    return _from_itself(world, key, Target("localhost", port, path))


def _from_itself(world: World, source: Key, target: Target) -> Met:
    """localhost: a port of any container of the same pod."""
    pod = world.store.get(source) or {}
    ip = str(pod.get("status", {}).get("podIP", ""))
    met: Answer = reach(world, source, ip, target.port, target.path)
    status = met.outcomes[0].status
    if status > 0:
        body = body_of(world, source, target.port, target.path, status)
        return Met(ANSWERED, status, body, "127.0.0.1", met.latency_ms / 1000)
    kind = REFUSED if status == 0 else TIMED_OUT
    return Met(kind, address="127.0.0.1", seconds=met.latency_ms / 1000)


def body_of(world: World, key: Key, port: int, path: str, status: int) -> str:
    """The text of an answer: the image's page, a file of nginx's, or who it was that answered."""
    pod = world.store.get(key)
    run: Run | None = listening(world, pod, port) if pod is not None else None
    if pod is None or run is None:
        return ""
    text = page(run, path)
    if not text:
        text = _file(world, pod, path)
    return text or f"{key.name}: {status} {STATUS.get(status, '')}".rstrip() + "\n"


def _file(world: World, pod: Obj, path: str) -> str:
    name = path.split("?", maxsplit=1)[0]
    name = f"{name}index.html" if name.endswith("/") else name
    for each in siblings(world, pod):
        found = each.files().get(_HTML + name)
        if found is not None:
            return found.text
    return ""


class Asked(NamedTuple):
    """A client's command line: flags, values of options, the URL."""

    flags: set[str]
    values: dict[str, str]
    urls: list[str]


_VALUED = {
    "curl": {
        *("-o", "-w", "-m", "-X", "-H", "-d", "-A", "-u", "-T", "--max-time", "--connect-timeout"),
        *("--output", "--write-out", "--request", "--header", "--data", "--retry", "--user-agent"),
        *("--resolve",),
    },
    "wget": {"-O", "-T", "-t", "--header", "--post-data", "-U", "--timeout", "--tries"},
}


def _asked(arguments: Sequence[str], program: str) -> Asked:
    flags: set[str] = set()
    values: dict[str, str] = {}
    urls: list[str] = []
    words = list(arguments)
    valued = _VALUED[program]
    while words:
        word = words.pop(0)
        name, equals, text = word.partition("=")
        if name in valued:
            values[name] = text if equals else (words.pop(0) if words else "")
        elif word.startswith("--"):
            flags.add(word)
        elif word.startswith("-") and len(word) > 1:
            for place, letter in enumerate(word[1:], 2):
                if f"-{letter}" in valued:
                    values[f"-{letter}"] = word[place:] or (words.pop(0) if words else "")
                    break
                flags.add(letter)
        else:
            urls.append(word)
    return Asked(flags, values, urls)


def _target(text: str) -> Target | None:
    try:
        return parse_url(text if "://" in text else f"http://{text}")
    except ValueError:
        return None


def _limit_s(values: dict[str, str], *names: str) -> float:
    said = next((values[name] for name in names if name in values), "")
    return float(said) if re.fullmatch(r"\d{1,4}(\.\d{1,3})?", said) else float("inf")


def curl(box: Box, call: Call) -> Result:
    """curl in a container."""
    world, key = box.cluster.world, box.key
    return curl_with(
        call.arguments,
        lambda target, number: fetch(world, key, target, number),
        lambda name, text: box.write(call.path(name), text),
    )


def curl_with(
    arguments: Sequence[str],
    ask: Callable[[Target, int], Met],
    save: Callable[[str, str], object],
) -> Result:
    """curl [-s -S -i -I -f -o FILE -w FORMAT -m SECONDS] URL...: ``ask`` sends a request."""
    asked = _asked(arguments, "curl")
    if not asked.urls:
        return Result("", "curl: (2) no URL specified\n", 2)
    return _all(asked.urls, lambda url, number: _curl(asked, url, number, ask, save))


def _all(urls: list[str], one: Callable[[str, int], Result]) -> Result:
    done = [one(url, number) for number, url in enumerate(urls[:20])]
    return Result(
        "".join(each.out for each in done),
        "".join(each.err for each in done),
        done[-1].code,
        sum(each.seconds for each in done),
    )


def _curl(
    asked: Asked,
    url: str,
    number: int,
    ask: Callable[[Target, int], Met],
    save: Callable[[str, str], object],
) -> Result:
    target = _target(url)
    if target is None:
        return Result("", f"curl: (3) URL rejected: {url[:100]}\n", 3)
    met = ask(target, number)
    limit_s = _limit_s(asked.values, "-m", "--max-time", "--connect-timeout")
    seconds = min(met.seconds, limit_s)
    wrong, code = _curl_fault(asked, target, met, limit_s)
    form = asked.values.get("-w", asked.values.get("--write-out", ""))
    told = form.replace("\\n", "\n").replace("%{time_total}", f"{seconds:.6f}")
    told = told.replace("%{http_code}", f"{met.status if code in (0, 22) else 0:03}")
    if wrong:
        quiet = "s" in asked.flags and "S" not in asked.flags
        return Result(told, "" if quiet else f"curl: ({code}) {wrong}\n", code, seconds)
    head = f"HTTP/1.1 {met.status} {STATUS.get(met.status, '')}\n"
    head += f"Content-Length: {len(met.body.encode())}\n\n"
    body = head + met.body if "i" in asked.flags else met.body
    body = head if "I" in asked.flags else body
    name = asked.values.get("-o", asked.values.get("--output", "-"))
    if name == "-":
        return Result(body + told, "", 0, seconds)
    if name != "/dev/null":
        try:
            save(name, body)
        except OSError as error:
            return Result(told, f"curl: (23) {error}\n", 23, seconds)
    return Result(told, "", 0, seconds)


def _curl_fault(asked: Asked, target: Target, met: Met, limit_s: float) -> tuple[str, int]:
    """What is wrong with an answer, and curl's exit code for it."""
    took = round(min(met.seconds, limit_s) * 1000)
    if met.kind == UNRESOLVED:
        return f"Could not resolve host: {target.host}", 6
    if met.kind == TIMED_OUT or met.seconds > limit_s:
        return f"Connection timed out after {took} milliseconds", 28
    if met.kind == REFUSED:
        where = f"{target.host} port {target.port} after {took} ms"
        return f"Failed to connect to {where}: Could not connect to server", 7
    if met.status >= 400 and "f" in asked.flags:
        return f"The requested URL returned error: {met.status}", 22
    return "", 0


def wget(box: Box, call: Call) -> Result:
    """wget [-q -O FILE -S -T SECONDS --spider] URL, in busybox's words."""
    asked = _asked(call.arguments, "wget")
    if not asked.urls:
        return Result("", "wget: missing URL\n", 1)
    return _all(asked.urls, lambda url, number: _wget(box, call, asked, url, number))


def _wget(box: Box, call: Call, asked: Asked, url: str, number: int) -> Result:
    target = _target(url)
    if target is None:
        return Result("", f"wget: bad address '{url[:100]}'\n", 1)
    met = fetch(box.cluster.world, box.key, target, number)
    limit_s = _limit_s(asked.values, "-T", "--timeout")
    address = f"{target.host} ({met.address}:{target.port})"
    first = "" if "q" in asked.flags else f"Connecting to {address}\n"
    said, seconds = "", min(met.seconds, limit_s)
    if met.kind == UNRESOLVED:
        return Result("", f"wget: bad address '{target.host}'\n", 1)
    if met.kind == TIMED_OUT or met.seconds > limit_s:
        said = "download timed out"
    elif met.kind == REFUSED:
        said = f"can't connect to remote host ({met.address}): Connection refused"
    elif met.status >= 400:
        text = STATUS.get(met.status, "")
        said = f"server returned error: HTTP/1.1 {met.status} {text}"
    if said:
        return Result("", f"{first}wget: {said}\n", 1, seconds)
    if "--spider" in asked.flags:
        return Result(
            "", first + ("" if "q" in asked.flags else "remote file exists\n"), 0, seconds
        )
    name = asked.values.get("-O", target.path.rpartition("/")[2] or "index.html")
    if name == "-":
        return Result(met.body, first, 0, seconds)
    try:
        box.write(call.path(name), met.body)
    except OSError as error:
        return Result("", f"{first}wget: can't open '{name[:100]}': {error}\n", 1, seconds)
    saved = "" if "q" in asked.flags else f"saving to '{name}'\n'{name}' saved\n"
    return Result("", first + saved, 0, seconds)


def nslookup(box: Box, call: Call) -> Result:
    """nslookup NAME."""
    names = [word for word in call.arguments if not word.startswith("-")]
    if not names:
        return Result("", "nslookup: usage: nslookup HOST\n", 1)
    name = names[0][:253]
    answer = dns.resolve(box.cluster.world, box.key, name)
    if answer.rcode == dns.TIMEOUT:
        return Result(f";; {dns.NO_SERVERS}\n\n", "", 1, 15.0)
    head = f"Server:\t\t{answer.server}\nAddress:\t{answer.server}:53\n\n"
    if not answer.addresses:
        return Result(f"{head}** server can't find {name}: {answer.rcode}\n\n", "", 1)
    found = answer.queries[-1].records
    lines = [f"Name:\t{each.name.rstrip('.')}\nAddress: {each.value}\n" for each in found]
    return Result(head + "".join(line for line in lines) + "\n")


def getent(box: Box, call: Call) -> Result:
    """getent hosts NAME."""
    name = call.arguments[1][:253] if len(call.arguments) > 1 else ""
    if call.arguments[:1] not in (("hosts",), ("ahosts",)) or not name:
        return Result("", "getent: usage: getent hosts NAME\n", 1)
    answer = dns.resolve(box.cluster.world, box.key, name)
    if not answer.addresses:
        return Result(code=2)
    full = answer.queries[-1].name.rstrip(".")
    return Result("".join(f"{address:<15} {full}\n" for address in answer.addresses))


def nc(box: Box, call: Call) -> Result:
    """nc -z [-v] [-w SECONDS] HOST PORT: whether a port is open."""
    words = [word for word in call.arguments if not word.startswith("-")]
    if len(words) > 2 and "-w" in call.arguments:
        words.remove(call.arguments[call.arguments.index("-w") + 1])
    if len(words) != 2 or not re.fullmatch(r"\d{1,5}", words[1]):
        return Result("", "nc: usage: nc [-zv] [-w SECONDS] HOST PORT\n", 1)
    host, port = words[0], int(words[1])
    met = fetch(box.cluster.world, box.key, Target(host, port, "/"))
    verbose = any("v" in word for word in call.arguments if word.startswith("-"))
    if met.kind == UNRESOLVED:
        return Result("", f"nc: bad address '{host[:253]}'\n", 1)
    where = f"{host} ({met.address}:{port})"
    if met.kind != ANSWERED:
        why = "Connection refused" if met.kind == REFUSED else "Connection timed out"
        return Result("", f"nc: {where}: {why}\n" if verbose else "", 1, met.seconds)
    return Result("", f"{where} open\n" if verbose else "", 0)


def _service(call: Call, default_port: int) -> tuple[str, int]:
    words = list(call.arguments)
    host = words[words.index("-h") + 1] if "-h" in words[:-1] else "localhost"
    port = words[words.index("-p") + 1] if "-p" in words[:-1] else ""
    return host, int(port) if re.fullmatch(r"\d{1,5}", port) else default_port


def redis_cli(box: Box, call: Call) -> Result:
    """redis-cli -h HOST [-p PORT] ping."""
    host, port = _service(call, 6379)
    met = fetch(box.cluster.world, box.key, Target(host, port, "/"))
    if met.kind == ANSWERED:
        loading = "LOADING Redis is loading the dataset in memory"
        return Result("PONG\n" if met.status < 400 else f"{loading}\n")
    why = "Name or service not known" if met.kind == UNRESOLVED else "Connection refused"
    return Result("", f"Could not connect to Redis at {host[:253]}:{port}: {why}\n", 1)


def pg_isready(box: Box, call: Call) -> Result:
    """pg_isready -h HOST [-p PORT]."""
    host, port = _service(call, 5432)
    met = fetch(box.cluster.world, box.key, Target(host, port, "/"))
    if met.kind != ANSWERED:
        return Result(f"{host[:253]}:{port} - no response\n", "", 2, met.seconds)
    good = met.status < 400
    said = "accepting" if good else "rejecting"
    return Result(f"{host[:253]}:{port} - {said} connections\n", "", int(not good))


NETWORK: dict[str, BoxProgram] = {
    "curl": curl,
    "getent": getent,
    "nc": nc,
    "nslookup": nslookup,
    "pg_isready": pg_isready,
    "redis-cli": redis_cli,
    "wget": wget,
}
