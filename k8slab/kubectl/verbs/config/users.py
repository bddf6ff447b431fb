"""kubectl config: users, each a way to say who one is."""

from __future__ import annotations

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
            "--token or --username/--password"
        )
    entry = dict(config.users.get(name, {}))
    if flags["token"]:
        entry = {"token": flags["token"]}
    elif basic:
        entry = {"username": flags["username"], "password": flags["password"]}
    config.users[name] = {field: value for field, value in entry.items() if value}
    save(session, parsed, config)
    session.print(f'User "{name}" set.')
    return None


def _delete(session: Session, parsed: Parsed) -> int | None:
    name, config = one_name(parsed), load(session, parsed)
    path = shown_path(session, parsed)
    if name not in config.users:
        raise failure(f"cannot delete user {name}, not in {path}")
    del config.users[name]
    save(session, parsed, config)
    session.print(f"deleted user {name} from {path}")
    return None


GET = Verb(
    name="get-users", summary="Display users defined in the kubeconfig", run=_get, offline=True
)
SET = Verb(
    name="set-credentials",
    summary="Set a user entry in kubeconfig",
    run=_set,
    usage="NAME [--token=TOKEN] [--username=NAME --password=PASSWORD]",
    offline=True,
    flags=(Flag("username", hint="A name"), Flag("password", hint="Its password")),
)
DELETE = Verb(
    name="delete-user",
    summary="Delete the specified user from the kubeconfig",
    run=_delete,
    usage="NAME",
    offline=True,
)
