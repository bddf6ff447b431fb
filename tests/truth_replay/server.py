"""The API server's recorded answers, by the very assertions of tests/api."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.api import test_real_server as real

from .lines import Line


def lines() -> Iterator[Line]:
    """A line for each recorded request and refusal that concerns our kinds."""
    cluster = real.new_cluster()
    for case in real.load("errors"):
        check = real.test_typical_mistakes_are_refused_in_the_servers_words
        yield line("09-validation-errors", case["case"], check, cluster, case)
    for case in real.load("defaults"):
        check = real.test_what_a_manifest_leaves_out_is_filled_in
        name = real.manifest_of(case)["metadata"]["name"]
        yield line("21-defaulted-objects", name, check, cluster, case)
    yield from _mutations(cluster)
    for case in real.PATCHES["cases"]:
        check = real.test_patches_do_what_they_do_on_a_real_server
        yield line("23-patch-and-apply", case["what"], check, case)


def _mutations(cluster: Any) -> Iterator[Line]:
    file = "22-validation-mutations"
    creations = real.creations()
    for case in real.MUTATIONS["cases"]:
        what = real.name_of(case)
        update = (case["base"], case["at"]), (case["base"], case["op"])
        if case in creations:
            check = real.test_one_fault_in_a_good_manifest_is_told_as_the_server_tells_it
            yield line(file, what, check, cluster, case)
        elif known := [key for key in update if key in real.UPDATES]:
            check = real.test_updates_are_let_through_or_refused_as_there
            yield line(file, what, check, *known[0])
        else:
            absent = (
                "an update that is not replayed"
                if case.get("change")
                else "needs what only the recorder's cluster had"
            )
            yield Line(file, what, None, None, absent)


def line(file: str, what: str, check: Callable[..., None], *arguments: Any) -> Line:
    """Whether an assertion about one recorded request holds."""
    try:
        check(*arguments)
    except AssertionError as error:
        return Line(file, what, "as recorded", str(error))
    return Line(file, what, "as recorded", "as recorded")
