"""What a page can ask of its lab: docs/protocol.md, "Client to server". One function a command.

These run in one of the host's threads with the lab's lock held. They change the lab in memory; the
host saves what they did and then lets it be seen.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from k8slab.accounts.models import Visitor
from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj
from k8slab.engine.store import Gone
from k8slab.engine.trace import TITLES, latest_apply, run_to
from k8slab.kubectl.completion import complete
from k8slab.kubectl.yaml_reader import problems
from k8slab.shell import Output, Shell

from . import archive, quotas, shares
from .advice import advice
from .breaking import broken
from .diffs import without_bookkeeping
from .inside import VIEWS, traced
from .live import LiveLab
from .picture import reason_json
from .summaries import path_of

REASONS_OF_ONE = 20
_STRICT = re.compile("^Warning: ((?:unknown|duplicate) field .+)$", re.MULTILINE)
"""What `kubectl diff` warns of and `kubectl apply` is refused for."""
NO_TRACE = gettext_lazy("There is no apply of a Deployment to follow. Apply one.")
SPEED_MIN, SPEED_MAX = 0.1, 60


class Refused(Exception):
    """A command that can't be carried out; the text tells the learner why."""


def carry_out(lab: LiveLab, message: Obj) -> Any:
    """Do what ``message`` asks; its result. Refused where that can't be."""
    command = COMMANDS.get(str(message.get("do")))
    if command is None:
        raise Refused(gettext("unknown command %r") % str(message.get("do"))[:40])
    if lab.held and message["do"] in MOVES_TIME:
        raise Refused(gettext("Your instructor holds the time of this room."))
    if len(lab.cluster.journal) >= quotas.COMMANDS_A_LAB:
        says = gettext("This lab has had %s commands; reset or fork it.")
        raise Refused(says % quotas.COMMANDS_A_LAB)
    try:
        return command(lab, message)
    except ApiError as error:
        raise Refused(error.message) from error


def _text(message: Obj, name: str, most: int = quotas.FILE_BYTES) -> str:
    value = message.get(name)
    if not isinstance(value, str) or len(value) > most:
        says = gettext("%(name)s must be a text of at most %(most)s characters")
        raise Refused(says % {"name": name, "most": most})
    return value


def _number(message: Obj, name: str, low: float, high: float) -> float:
    value = message.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        words = {"name": name, "low": f"{low:g}", "high": f"{high:g}"}
        raise Refused(gettext("%(name)s must be a number from %(low)s to %(high)s") % words)
    return value


def _present_only(lab: LiveLab) -> None:
    if lab.viewing is not None:
        says = gettext("You are viewing the past. Go back to live, or fork the lab from here.")
        raise Refused(says)
    if lab.error is not None:
        raise Refused(lab.error)


def _run(lab: LiveLab, line: str, stdin: str = "") -> tuple[Output, str]:
    """A terminal line and the prompt after it; in the past it may look but not touch, and no shell
    stays open."""
    if lab.viewing is None:
        _present_only(lab)
        output = lab.shell.run(line, stdin)
        return output, lab.shell.prompt
    past = lab.viewing.fork()
    commands = len(past.journal)
    shell = Shell(past, files=lab.shell.files)
    output = shell.run(line, stdin)
    if len(past.journal) > commands:
        _present_only(lab)
    return output, ""


def _told(output: Output, prompt: str) -> Obj:
    said = [list(each) for each in output.said]
    return {"said": said, "exit_code": output.exit_code, "prompt": prompt}


def _line(lab: LiveLab, message: Obj) -> Obj:
    stdin = _text(message, "stdin") if "stdin" in message else ""
    return _told(*_run(lab, _text(message, "line"), stdin))


def _file(lab: LiveLab, message: Obj) -> None:
    name, files = _text(message, "name", 120), lab.shell.files
    if name not in files and len(files) >= quotas.FILES_A_LAB:
        words = {"most": quotas.FILES_A_LAB, "name": name}
        raise Refused(gettext("This lab has %(most)s files already; %(name)s has no room.") % words)
    wrong = lab.shell.write(name, _text(message, "text"))
    if wrong:
        raise Refused(wrong.removeprefix("sh: "))


def _diff(lab: LiveLab, message: Obj) -> Obj:
    name = _text(message, "name", 120)
    text = lab.shell.files.get(name, "")
    errors = problems(text)
    if errors:
        return {"diff": "", "errors": errors}
    output, _ = _run(lab, f"kubectl diff -f {shlex.quote(name)}")
    says = [output.stderr.strip()] if output.exit_code > 1 else _STRICT.findall(output.stderr)
    errors = [{"line": _line_of(each, text), "column": None, "message": each} for each in says]
    diff = without_bookkeeping(output.stdout)
    return {"diff": diff, "errors": errors, "warnings": advice(text)}


def _line_of(refusal: str, text: str) -> int | None:
    """The line (from 1) of a field that is refused, where only one line has its name."""
    field = re.search(r'field "(?:[^"]*\.)?([^".]+)"$', refusal)
    rows = enumerate(text.splitlines(), start=1)
    found = [at for at, row in rows if field and row.lstrip(" -").startswith(f"{field[1]}:")]
    return found[0] if len(found) == 1 else None


def _complete(lab: LiveLab, message: Obj) -> Obj:
    line = int(_number(message, "line", 1, 1_000_000))
    return {"options": [option._asdict() for option in complete(_text(message, "text"), line)]}


def _apply(lab: LiveLab, message: Obj) -> Obj:
    return _told(*_run(lab, f"kubectl apply -f {shlex.quote(_text(message, 'name', 120))}"))


def _inject(lab: LiveLab, message: Obj) -> None:
    _present_only(lab)
    arguments = message.get("arguments") or {}
    if not isinstance(arguments, dict):
        raise Refused(gettext("arguments must be an object"))
    try:
        lab.cluster.inject(_text(message, "fault", 60), **arguments)
    except (TypeError, ValueError, KeyError) as error:
        raise Refused(gettext("that fault can't be injected: %s") % error) from error


def _broken(lab: LiveLab, message: Obj) -> Obj:
    return {"broken": broken(lab.shown)}


def _load(lab: LiveLab, message: Obj) -> None:
    _present_only(lab)
    try:
        lab.cluster.load(
            _text(message, "name", 63),
            url=_text(message, "url", 500),
            rps=_number(message, "rps", 0, 1_000_000),
        )
    except ValueError as error:
        raise Refused(str(error)) from error


def _speed(lab: LiveLab, message: Obj) -> None:
    lab.speed = _number(message, "factor", SPEED_MIN, SPEED_MAX)


def _pause(lab: LiveLab, message: Obj) -> None:
    lab.paused = True


def _play(lab: LiveLab, message: Obj) -> None:
    _present_only(lab)
    lab.paused = False


def _step(lab: LiveLab, message: Obj) -> Obj | None:
    _present_only(lab)
    lab.paused = True
    reason = lab.cluster.step()
    lab.history.note(lab.cluster)
    return reason_json(reason) if reason else None


def _settle(lab: LiveLab, message: Obj) -> Obj:
    """Run until quiet, for an hour of virtual time at most."""
    _present_only(lab)
    cluster = lab.cluster
    until_ms = cluster.now_ms + quotas.SETTLE_MS
    most = cluster.loop.reconciles + quotas.SETTLE_RECONCILES
    while cluster.restless() and cluster.loop.reconciles < most:
        due = cluster.world.clock.next_at()
        if due is None or due > until_ms:
            break
        cluster.run_until(due)
        lab.history.note(cluster)
    return {"quiet": not cluster.restless(), "now_ms": cluster.now_ms}


def _reach(lab: LiveLab, message: Obj) -> Obj:
    """Let time pass until a moment, an hour ahead at most; one that has passed is reached."""
    _present_only(lab)
    cluster = lab.cluster
    at_ms = int(_number(message, "at_ms", 0, cluster.now_ms + quotas.SETTLE_MS))
    if at_ms > cluster.now_ms:
        cluster.run_until(at_ms, limit=quotas.SETTLE_RECONCILES)
        lab.history.note(cluster)
    return {"now_ms": cluster.now_ms}


def _reach_step(lab: LiveLab, message: Obj) -> Obj:
    """Let time pass until the latest apply has come to one of its steps; then it stands."""
    _present_only(lab)
    lab.paused = True
    number = int(_number(message, "step", 1, len(TITLES)))
    try:
        before = lab.history.before(lab.cluster, latest_apply(lab.cluster))
        reached = run_to(lab.cluster, number, quotas.STEP_S, before)
    except (LookupError, Gone) as error:
        raise Refused(NO_TRACE) from error
    lab.history.note(lab.cluster)
    return {"reached": reached, "now_ms": lab.cluster.now_ms}


def _inside(lab: LiveLab, message: Obj) -> Obj:
    name, of = _text(message, "view", 20), _text(message, "of", 600)
    if name == "trace":
        try:
            return traced(lab.cluster, lab.history, lab.shown, of)
        except Gone as error:
            raise Refused(NO_TRACE) from error
    if name not in VIEWS:
        raise Refused(gettext("unknown view %r") % name)
    return VIEWS[name](lab.shown, of)


def _view(lab: LiveLab, message: Obj) -> None:
    if message.get("at_ms") is None:
        lab.viewing = None
        return
    at_ms = int(_number(message, "at_ms", 0, lab.cluster.now_ms))
    lab.viewing = lab.history.at(lab.cluster, at_ms)


def _show(lab: LiveLab, message: Obj) -> Obj:
    what, key = _text(message, "what", 20), _text(message, "key", 600)
    kind, _, rest = key.partition("/")
    namespace, _, name = rest.partition("/")
    if what == "why":
        return {"reasons": _why(lab, key)}
    if what not in SHOWN:
        raise Refused(gettext("unknown view %r") % what)
    words = {"kind": shlex.quote(kind.lower()), "name": shlex.quote(name)}
    where = f" -n {shlex.quote(namespace)}" if namespace else ""
    shell = Shell(lab.shown.fork(with_log=False))
    output = shell.run(SHOWN[what].format(**words) + where)
    return {"text": output.stdout or output.stderr}


SHOWN = {
    "yaml": "kubectl get {kind} {name} -o yaml",
    "describe": "kubectl describe {kind} {name}",
    "logs": "kubectl logs {name} --tail=500",
    "events": "kubectl events --for={kind}/{name}",
}


def _why(lab: LiveLab, path: str) -> list[Obj]:
    """The latest reconciles that looked at the object or wrote it, the latest first."""
    written = path.replace("//", "/")  # as Key prints a cluster-wide object
    found = []
    for reason in reversed(lab.shown.loop.reasons):
        if path_of(reason.key) == path or any(written in did.split() for did in reason.did):
            found.append(reason_json(reason))
            if len(found) == REASONS_OF_ONE:
                break
    return found


def _owner(lab: LiveLab) -> Visitor:
    """Whose the lab is now: whoever signs in takes their labs along."""
    owner = Visitor.objects.filter(labs=lab.id).first()
    if owner is None:
        raise Refused("This lab was deleted.")
    return owner


def _fork(lab: LiveLab, message: Obj) -> Obj:
    cluster = lab.cluster
    if message.get("at_ms") is not None:
        at_ms = int(_number(message, "at_ms", 0, cluster.now_ms))
        cluster = lab.history.at(cluster, at_ms)
    owner = _owner(lab)
    try:
        files = dict(lab.shell.files)
        twin = archive.create_lab(owner, cluster, lesson=lab.lesson, files=files, closes=lab.closes)
    except quotas.QuotaExceeded as error:
        raise Refused(str(error)) from error
    return {"lab": twin.id}


def _share(lab: LiveLab, message: Obj) -> Obj:
    """Share the moment that is shown."""
    owner, files = _owner(lab), dict(lab.shell.files)
    try:
        shared = shares.share(owner, lab.shown, lesson=lab.lesson, files=files)
    except quotas.QuotaExceeded as error:
        raise Refused(str(error)) from error
    return {"path": reverse("shared", args=[shared.id])}


def _reset(lab: LiveLab, message: Obj) -> None:
    lab.begin(*archive.reset(lab.id))


COMMANDS: dict[str, Callable[[LiveLab, Obj], Any]] = {
    "line": _line,
    "file": _file,
    "diff": _diff,
    "complete": _complete,
    "apply": _apply,
    "inject": _inject,
    "broken": _broken,
    "load": _load,
    "speed": _speed,
    "pause": _pause,
    "play": _play,
    "step": _step,
    "settle": _settle,
    "reach": _reach,
    "reach-step": _reach_step,
    "view": _view,
    "show": _show,
    "inside": _inside,
    "fork": _fork,
    "share": _share,
    "reset": _reset,
}
MOVES_TIME = frozenset({"play", "step", "settle", "reach", "reach-step", "reset"})
MAY: dict[str, frozenset[str]] = {
    "help": frozenset(COMMANDS) - {"share", "fork"},
    "watch": frozenset({"complete", "show", "inside"}),
    "look": frozenset({"show", "inside", "view"}),
}
"""What guests may ask; an owner may ask everything."""
MAY_NOT = {
    "help": gettext_lazy("Only the one whose cluster this is can share or fork it."),
    "watch": gettext_lazy("You are watching. Ask to help if you want to act."),
    "look": gettext_lazy("This is a shared moment: look at it, or make it yours to act."),
}
