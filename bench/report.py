"""Write the table of docs/performance.md from build/bench.json: each figure beside its target."""

from __future__ import annotations

import json
from typing import NamedTuple

from .__main__ import HERE, RESULT

PAGE = HERE.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


class Row(NamedTuple):
    """A figure of the bench, with what it must and should reach (None: no target is set)."""

    figure: str
    label: str
    unit: str
    must: float | None = None
    aim: float | None = None
    more_is_better: bool = False


ROWS = (
    Row("boot_ms", "Boot a three-node cluster", "ms", 20, 5),
    Row("idle_memory_kb", "Memory of an idle cluster", "KB", 128, 64),
    Row("idle_hour_cpu_ms", "CPU of an idle cluster's hour", "ms", 1, 0),
    Row("snapshot_kb", "Parked cluster on disk (a lesson after an hour)", "KB", 8, 8),
    Row("snapshot_ms", "Park", "ms", 2, 2),
    Row("restore_ms", "Restore", "ms", 10, 2),
    Row("fork_ms", "Fork", "ms"),
    Row(
        "replay_lesson_hour_ms",
        "Replay of a lesson's hour (rollout, traffic, node lost)",
        "ms",
        500,
        100,
    ),
    Row("deployment_1000_pods_cpu_s", "1,000 pods Available on 100 nodes", "CPU s", 1, 0.4),
    Row("reconciles_a_cpu_s", "Reconciles a CPU second, in that run", "", None, None, True),
    Row(
        "large_pods_a_cpu_s_to_10000",
        "5,000 nodes: pods Ready a CPU s, first 10,000",
        "",
        1000,
        3000,
        True,
    ),
    Row("large_pods_a_cpu_s_to_50000", "... from 10,000 to 50,000", "", 1000, 3000, True),
    Row("large_pods_a_cpu_s_to_100000", "... from 50,000 to 100,000", "", 1000, 3000, True),
    Row("large_pods_a_cpu_s_to_150000", "... from 100,000 to 150,000", "", 1000, 3000, True),
    Row(
        "large_memory_mb", "Memory of the process with 150,000 pods on 5,000 nodes", "MB", 1024, 300
    ),
    Row(
        "large_times_real_time_in_churn",
        "... while 100 pods are replaced a second",
        "x real time",
        5,
        15,
        True,
    ),
    Row("large_rolling_update_cpu_s", "... a rolling update of 10,000 pods", "CPU s"),
    Row("large_rolling_update_virtual_s", "... the virtual time that it takes", "s"),
    Row("send_us", "One request through a Service, followed hop by hop", "us", 20, 10),
    Row("first_send_us", "... the first after something has changed", "us"),
    Row(
        "workshop_core_share", "Workshop of 300 learners with moving clusters: share of a core", ""
    ),
    Row("workshop_memory_mb", "... memory of the process", "MB"),
    Row("workshop_hint_p50_ms", "... a hint reaches everybody, p50", "ms"),
    Row("workshop_hint_p99_ms", "... p99", "ms"),
    Row("workshop_fault_everywhere_s", "... one fault has struck 300 clusters", "s"),
    Row("workshop_lost_updates", "... lost updates", "", 0, 0),
    Row("api_get_pods_p50_ms", "Kubernetes API, 200 labs live: get pods, p50", "ms"),
    Row("api_get_pods_p99_ms", "... p99", "ms"),
    Row("api_get_pods_a_s", "... requests a second", "", None, None, True),
    Row("api_apply_p50_ms", "... apply (server side), p50", "ms"),
    Row("api_apply_p99_ms", "... p99", "ms"),
    Row("api_apply_a_s", "... requests a second", "", None, None, True),
    Row("api_watch_p50_ms", "... from a creation to its event, p50", "ms"),
    Row("api_watch_p99_ms", "... p99", "ms"),
    Row("validate_us", "Validate a manifest (decode, default, admit, validate)", "us", 200, 50),
    Row("apply_to_delta_p50_ms", "Apply to first delta in the socket, p50", "ms"),
    Row("apply_to_delta_p99_ms", "Apply to first delta in the socket, p99", "ms", 25, 10),
    Row("thousand_apply_to_delta_p50_ms", "... with 1,000 labs that move, p50", "ms"),
    Row("thousand_apply_to_delta_p99_ms", "... p99", "ms", 100, 40),
    Row("thousand_streaming_frames_a_lab_and_second", "... updates a lab and second", ""),
    Row(
        "streaming_labs_a_core_at_70_percent",
        "Moving labs a core at 70 %, 4 updates/s",
        "",
        500,
        1000,
        True,
    ),
    Row("loop_stall_p99_9_cpu_ms", "Longest turn of the server's loop, p99.9", "CPU ms", 50, 20),
    Row("first_connect_storm_s", "All labs connect at once, from disk", "s"),
    Row("reconnect_storm_s", "All labs reconnect at once", "s", 2, 1),
    Row("pages_a_core_s", "Pages a core and second, to newcomers", "", 800, 1200, True),
    Row("pages_p99_ms", "... p99", "ms", 100, 50),
    Row("pages_begun_a_core_s", "... to one who has begun", "", None, None, True),
    Row("pages_begun_p99_ms", "... p99, eight at once", "ms"),
    Row("home_first_paint_ms", "Home: first paint", "ms"),
    Row("home_all_kb", "Home: bytes, nothing cached", "KB"),
    Row("lesson_first_paint_ms", "Lesson: first paint", "ms"),
    Row("lesson_live_ms", "Lesson: cluster live in the page", "ms"),
    Row("lesson_script_kb", "Lesson: scripts", "KB"),
    Row("lesson_layout_shift", "Lesson: layout shift", ""),
)


def table(figures: dict[str, float | str]) -> str:
    """The Markdown table of the figures that were measured."""
    lines = ["| what | measured | must | aim | |", "|---|---|---|---|---|"]
    for row in ROWS:
        value = figures.get(row.figure)
        if isinstance(value, int | float):
            cells = (f"{_short(value)} {row.unit}".strip(), _short(row.must), _short(row.aim))
            lines.append(f"| {row.label} | {' | '.join(cells)} | {_verdict(row, value)} |")
    return "\n".join(lines)


def _short(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _verdict(row: Row, value: float) -> str:
    for target, word in ((row.aim, "aim"), (row.must, "must")):
        if target is not None and (value >= target if row.more_is_better else value <= target):
            return word
    return "**missed**" if row.must is not None else ""


def main() -> None:
    """Put the table where the page has its markers."""
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    figures = json.loads(RESULT.read_text())
    PAGE.write_text(f"{before}{BEGIN}\n{table(figures)}\n{END}{after}")


if __name__ == "__main__":
    main()
