"""A thousand lines of the fuzz, and that it would tell of a fault."""

from __future__ import annotations

from time import process_time

from k8slab.shell import Shell
from k8slab.shell.output import Output

from . import run
from .grammar import Case


def test_random_and_mutated_lines_get_an_answer() -> None:
    """KC-001: no exception, no second of work, no 50 MB, whatever is typed (`make fuzz`)."""
    assert list(run.run(seed=5, count=1_000)) == []


def test_lines_are_of_every_kind() -> None:
    """Some succeed, most are refused, and manifests, templates and selectors are among them."""
    drawn = list(run.cases(seed=5, count=500))
    assert drawn == list(run.cases(seed=5, count=500))
    text = "\n".join(case.line for case in drawn)
    for part in ("jsonpath", "go-template", "custom-columns", "--field-selector", "apply -f -"):
        assert part in text
    shell = run.new_shell()
    codes = {shell.run(case.line, stdin=case.stdin).exit_code for case in drawn}
    assert {0, 1} <= codes


class Broken(Shell):
    """A terminal that raises, or works for long."""

    def run(self, line: str, stdin: str = "") -> Output:
        if line == "raise":
            raise KeyError("kind")
        began = process_time()
        while process_time() < began + 1.1 * run.CPU_S:
            pass
        return Output()


def test_faults_are_told() -> None:
    """An exception by its trace, a slow line by its seconds."""
    broken = Broken(run.new_shell().cluster)
    assert "KeyError: 'kind'" in run.fault_of(broken, Case("raise"))
    assert run.fault_of(broken, Case("work")).endswith("s of work")
