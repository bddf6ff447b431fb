"""Small commands about kubectl itself: plugin list, completion, alpha, options."""

from __future__ import annotations

from ..command import GLOBAL_FLAGS, Verb, flag_help
from ..errors import failure
from ..flags import Flag, Parsed
from ..session import Session

_SHELLS = ("bash", "zsh", "fish", "powershell")


def _plugins(session: Session, parsed: Parsed) -> int | None:
    raise failure("unable to find any kubectl plugins in your PATH")


def _completion(session: Session, parsed: Parsed) -> int | None:
    help_ = "\nSee 'kubectl completion -h' for help and examples"
    if not parsed.arguments:
        raise failure(f"Shell not specified.{help_}")
    if len(parsed.arguments) > 1:
        raise failure(f"Too many arguments. Expected only the shell type.{help_}")
    if parsed.arguments[0] not in _SHELLS:
        raise failure(f'Unsupported shell type "{parsed.arguments[0]}".{help_}')
    session.print("# This terminal completes kubectl by itself: press Tab.")
    return None


def _alpha(session: Session, parsed: Parsed) -> int | None:
    session.warn("No alpha commands are available in this version of kubectl")
    return 0


def _options(session: Session, parsed: Parsed) -> int | None:
    session.print("The following options can be passed to any command:\n")
    session.print("\n\n".join(flag_help(flag) for flag in GLOBAL_FLAGS))
    return None


PLUGIN = Verb(
    name="plugin",
    summary="Provides utilities for interacting with plugins",
    children={
        "list": Verb(
            name="list",
            summary="List all visible plugin executables on a user's PATH",
            run=_plugins,
            offline=True,
            flags=(Flag("name-only", "bool", default=False, hint="Only their names"),),
        )
    },
)
COMPLETION = Verb(
    name="completion",
    summary="Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
    run=_completion,
    section="Settings Commands",
    usage="SHELL",
    offline=True,
)
ALPHA = Verb(
    name="alpha", summary="Commands for features in alpha", run=_alpha, section="", offline=True
)
OPTIONS = Verb(
    name="options",
    summary="Print the list of flags inherited by all commands",
    section="",
    run=_options,
    offline=True,
)
