"""A manifest to be mended: it is graded by running it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.content.figures import spell
from k8slab.engine import Cluster
from k8slab.shell import Shell

from ..grades import Grade, NoAnswer
from .body import Facts

LONGEST = 20_000
NODES, SEED = 2, 11
PODS_MAX = 20  # what a learner writes is hostile input: an answer may not cost more than this


class Ran(NamedTuple):
    """How many lines of a question's ``proof`` succeeded, and what the first failure said."""

    passed: int
    said: str


@dataclass(frozen=True, slots=True)
class Mend:
    """``start`` is broken, ``solution`` is not: after it each line of ``proof`` succeeds."""

    fields: ClassVar[tuple[str, ...]] = ("start", "solution", "proof")
    template: ClassVar[str] = "mend"
    start: str
    solution: str
    proof: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The two manifests, and the terminal lines."""
        proof = fields.texts("proof")
        if not proof:
            fields.refuse("proof", "nothing is asked of the cluster", "add `kubectl wait ...`")
        return cls(fields.text("start"), fields.text("solution"), proof)

    def grade(self, answer: list[str]) -> Grade:
        """Apply it to a cluster of its own, then run the lines; each earns its share."""
        manifest = "\n".join(answer).replace("\r\n", "\n")
        if not manifest.strip():
            raise NoAnswer(gettext("Write the manifest."))
        if len(manifest) > LONGEST:
            raise NoAnswer(gettext("Keep it under %s characters.") % spell(LONGEST))
        ran = self.run(manifest)
        if ran.passed == len(self.proof):
            return Grade(1.0, gettext("It runs."))
        return Grade(ran.passed / len(self.proof), gettext("Not yet. %s") % ran.said)

    def run(self, manifest: str) -> Ran:
        """What the engine makes of it."""
        shell = Shell(_cluster(), files={"answer.yaml": manifest})
        applied = shell.run("kubectl apply -f answer.yaml")
        if applied.exit_code:
            return Ran(0, applied.stderr.strip())
        for at, line in enumerate(self.proof):
            output = shell.run(line)
            if output.exit_code:
                said = (output.stderr or output.stdout).strip().splitlines()
                return Ran(at, _refusal(line, said[-1] if said else gettext("no")))
        return Ran(len(self.proof), "")


def _refusal(line: str, said: str) -> str:
    return gettext("“%(line)s” says: %(said)s") % {"line": line, "said": said}


def _cluster() -> Cluster:
    return Cluster(nodes=NODES, seed=SEED, settings={"pods_max": PODS_MAX})
