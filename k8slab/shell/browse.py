"""curl in the learner's terminal: forwarded ports of localhost, and what is open to the outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8slab import kubectl
from k8slab.engine.apps.sh.host import Result
from k8slab.engine.network.routes import OUTSIDE
from k8slab.engine.network.target import Target
from k8slab.kubectl.container import network

if TYPE_CHECKING:
    from .shell import Shell


def curl(shell: Shell, arguments: list[str], stdin: str) -> Result:
    """curl: localhost leads where ``kubectl port-forward`` or ``proxy`` says, all else outside."""

    def save(name: str, text: str) -> None:
        if wrong := shell.write(name, text):
            raise OSError(wrong)

    done = network.curl_with(arguments, lambda *asked: _fetch(shell, *asked), save)
    return Result(done.out, done.err, done.code)


def _fetch(shell: Shell, target: Target, number: int) -> network.Met:
    world = shell.cluster.world
    if target.host not in network.LOCAL:
        return network.fetch(world, OUTSIDE, target, number)
    forward = shell.forwards.get(target.port)
    if isinstance(forward, kubectl.Proxy):
        known = {"files": shell.files, "environment": shell.environment}
        status, text = kubectl.browse(shell.cluster, forward, target.path, **known)
        return network.Met(network.ANSWERED, status, text, "127.0.0.1")
    pod = world.store.get(forward.pod) if forward is not None else None
    if forward is None or pod is None or pod["metadata"]["uid"] != forward.uid:
        shell.forwards = {port: it for port, it in shell.forwards.items() if port != target.port}
        return network.Met(network.REFUSED, address=target.host)
    return network.fetch_from_pod(world, forward.pod, forward.remote, target.path)
