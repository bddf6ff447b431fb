"""kubectl kuberc: the file of the user's own preferences."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs

from .. import kuberc
from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.output import print_value
from ..printers.yaml_text import to_yaml
from ..session import Session
from ..yaml_reader import YamlError
from . import options

_SECTIONS = ("defaults", "aliases")
_NEW: Obj = {"apiVersion": "kubectl.config.k8s.io/v1beta1", "kind": "Preference"}


def _view(session: Session, parsed: Parsed) -> int | None:
    name = _path(session, parsed)
    found = _load(session, name)
    if found is None and "kuberc" in parsed.given:
        raise failure(f"kuberc file not found at {name}")
    if found is None:
        session.print(f"kuberc file not found at {name}")
        return None
    shown = {**_NEW, "aliases": [], "defaults": [], **found}
    print_value(session, parsed.options["output"] or "yaml", shown)
    return None


def _set(session: Session, parsed: Parsed) -> int | None:
    name = _path(session, parsed)
    _check(parsed)
    flags = parsed.options
    section = flags["section"]
    found = _load(session, name) or _NEW
    entries: Objs = list(found.get(section) or ())
    key = "name" if section == "aliases" else "command"
    old = next((it for it in entries if it.get(key) == flags[key]), None)
    if old is not None and not flags["overwrite"]:
        what = f'alias "{flags[key]}" already exists'
        if section == "defaults":
            what = f'defaults for command "{flags[key]}" already exist'
        raise failure(f"{what}, use --overwrite to replace")
    new = _entry(parsed, old or {})
    entries = [new if it is old else it for it in entries] if old else [*entries, new]
    if session.desk is None:
        raise failure(f"open {name}: read-only file system")
    if wrong := session.desk.write(name, to_yaml({**found, section: entries})):
        raise failure(wrong.removeprefix("sh: "))
    session.print(f"Updated {name}")
    return None


def _check(parsed: Parsed) -> None:
    """Failure for flags that do not go together (cmd/kuberc Validate)."""
    flags = parsed.options
    section = flags["section"]
    if not section:
        raise failure('required flag(s) "section" not set')
    if section not in _SECTIONS:
        raise failure(f'--section must be "defaults" or "aliases", got: {section}')
    if section == "aliases" and not flags["name"]:
        raise failure("--name is required when --section=aliases")
    if section == "defaults" and flags["name"]:
        raise failure("--name should not be specified when --section=defaults")
    if section == "defaults" and (flags["prependarg"] or flags["appendarg"]):
        raise failure("--prependarg and --appendarg are only valid for --section=aliases")
    if not flags["command"]:
        raise failure("--command is required when --section=aliases or --section=defaults")


def _entry(parsed: Parsed, old: Obj) -> Obj:
    """The entry that the flags describe; what they leave out stays as it was."""
    flags = parsed.options
    new: Obj = {"command": flags["command"]}
    if flags["name"]:
        new["name"] = flags["name"]
    chosen = []
    for text in flags["option"]:
        name, equals, value = text.partition("=")
        if not equals:
            raise failure(f'invalid option format "{text}", expected flag=value')
        chosen.append({"name": name.lstrip("-"), "default": value})
    new["options"] = chosen or old.get("options")
    new["prependArgs"] = list(flags["prependarg"]) or old.get("prependArgs")
    new["appendArgs"] = list(flags["appendarg"]) or old.get("appendArgs")
    return {field: value for field, value in new.items() if value}


def _path(session: Session, parsed: Parsed) -> str:
    name = kuberc.path(parsed.options["kuberc"], session.environment)
    if not name:
        raise failure("KUBERC is disabled via KUBERC=off environment variable")
    return name


def _load(session: Session, name: str) -> Obj | None:
    try:
        return kuberc.load(session.files, name)
    except YamlError as error:
        raise failure(f"error parsing kuberc file: {error}") from None


_FILE = Flag("kuberc", hint="Another file than ~/.kube/kuberc")
VERB = Verb(
    name="kuberc",
    summary="Manage kuberc configuration files",
    section="Other Commands",
    children={
        "set": Verb(
            name="set",
            summary="Set values in the kuberc configuration",
            run=_set,
            usage="--section (defaults|aliases) --command COMMAND",
            example="""\
kubectl kuberc set --section defaults --command get --option output=wide
kubectl kuberc set --section aliases --name getn --command get --prependarg nodes""",
            offline=True,
            flags=(
                _FILE,
                Flag("section", hint="defaults or aliases"),
                Flag("command", hint="Such as get, or set env"),
                Flag("name", hint="The alias"),
                Flag("option", "array", default=(), hint="flag=value"),
                Flag("prependarg", "array", default=(), hint="A word before what is typed"),
                Flag("appendarg", "array", default=(), hint="A word after it"),
                Flag("overwrite", "bool", default=False, hint="Replace what is there"),
            ),
        ),
        "view": Verb(
            name="view",
            summary="Display the current kuberc configuration",
            run=_view,
            offline=True,
            flags=(_FILE, options.PLAIN_OUTPUT),
        ),
    },
)
