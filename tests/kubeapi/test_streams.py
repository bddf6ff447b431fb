"""What goes on over the wire: followed logs, watches of a lab that is reset."""

from __future__ import annotations

from .conftest import Kubectl

TALKER = """
apiVersion: v1
kind: Pod
metadata: {name: talker}
spec:
  restartPolicy: Never
  containers:
  - name: c
    image: busybox:1.36
    command: [sh, -c, "for i in 1 2 3 4; do echo line $i; sleep 1; done; echo bye"]
"""


def test_a_log_is_followed_until_its_container_ends(kubectl: Kubectl) -> None:
    """KC: ``logs -f`` gives each line as it comes, and ends with the container."""
    kubectl("apply", "-f", "-", stdin=TALKER)
    kubectl("wait", "--for=condition=Ready", "pod/talker", "--timeout=60s")
    followed = kubectl("logs", "-f", "talker")
    assert followed.stdout == "line 1\nline 2\nline 3\nline 4\nbye\n", followed.stderr
    assert kubectl("logs", "talker", "--tail=1").stdout == "bye\n"
    assert kubectl("logs", "-f", "talker", "--tail=2").stdout == "line 4\nbye\n"
    none = kubectl("logs", "nobody")
    assert none.stderr == (
        'error: error from server (NotFound): pods "nobody" not found in namespace "default"\n'
    )
