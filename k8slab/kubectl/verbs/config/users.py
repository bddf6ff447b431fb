"""kubectl config: users, each a way to say who one is."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...session import Session
from .files import load, one_name, save, shown_path


def _get(session: Session, parsed: Parsed) -> int | None:
    session.print("NAME")
    for name in sorted(load(session, parsed).users):
        session.print(name)
    return None


def _set(session: Session, parsed: Parsed) -> int | None:
    name, config, flags = one_name(parsed), load(session, parsed), parsed.options
    basic = flags["username"] or flags["password"]
    if flags["token"] and basic:
        raise failure(
            "you cannot specify more than one authentication method at the same time: "
            "--token, --username/--password"
        )
    entry = dict(config.users.get(name, {}))
    if flags["token"]:
        entry |= {"token": flags["token"], "username": "", "password": ""}
    elif basic:
        entry |= {"username": flags["username"], "password": flags["password"], "token": ""}
    for field in ("client-certificate", "client-key"):
        if field in parsed.given:
            entry[field] = flags[field]
    if any(flag.name in parsed.given for flag in _EXEC):
        entry["exec"] = _exec(entry.get("exec") or {}, parsed)
    config.users[name] = {field: value for field, value in entry.items() if value}
    save(session, parsed, config)
    session.print(f'User "{name}" set.')
    return None


def _exec(old: Obj, parsed: Parsed) -> Obj:
    """The program that gives credentials: what was said before, changed by the flags."""
    flags = parsed.options
    env = {it["name"]: it["value"] for it in old.get("env") or ()}
    for word in flags["exec-env"]:
        key, _, value = word.partition("=")
        if word.endswith("-"):
            env.pop(key[:-1], None)
        else:
            env[key] = value
    new: Obj = {
        "apiVersion": flags["exec-api-version"] or old.get("apiVersion"),
        "command": flags["exec-command"] or old.get("command"),
        "interactiveMode": flags["exec-interactive-mode"] or old.get("interactiveMode"),
    }
    shares = "exec-provide-cluster-info"
    return {
        **{field: value for field, value in new.items() if value},
        "args": list(flags["exec-arg"]) or None,
        "env": [{"name": key, "value": env[key]} for key in env] or None,
        "provideClusterInfo": flags[shares]
        if shares in parsed.given
        else old.get("provideClusterInfo", False),
    }


def _delete(session: Session, parsed: Parsed) -> int | None:
    name, config = one_name(parsed), load(session, parsed)
    path = shown_path(session, parsed)
    if name not in config.users:
        raise failure(f"cannot delete user {name}, not in {path}")
    del config.users[name]
    save(session, parsed, config)
    session.print(f"deleted user {name} from {path}")
    return None


_EXEC = (
    Flag("exec-command", hint="A program that gives credentials"),
    Flag("exec-api-version", hint="The version of what it answers"),
    Flag("exec-arg", "array", default=(), hint="An argument of it"),
    Flag("exec-env", "array", default=(), hint="A variable for it: A=1, or A- for none"),
    Flag("exec-interactive-mode", hint="Never, IfAvailable or Always"),
    Flag("exec-provide-cluster-info", "bool", default=False, hint="Tell it of the cluster"),
)
GET = Verb(
    name="get-users", summary="Display users defined in the kubeconfig", run=_get, offline=True
)
SET = Verb(
    name="set-credentials",
    summary="Set a user entry in kubeconfig",
    run=_set,
    usage="NAME [--token=TOKEN] [--username=NAME --password=PASSWORD]",
    offline=True,
    flags=(Flag("username", hint="A name"), Flag("password", hint="Its password"), *_EXEC),
)
DELETE = Verb(
    name="delete-user",
    summary="Delete the specified user from the kubeconfig",
    run=_delete,
    usage="NAME",
    offline=True,
)
