"""The kubectl command: finds the verb, reads its flags, runs it, words what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.durations import parse_go_duration

from . import kuberc
from .errors import Failure, failure, server_text, usage
from .flags import Flag, Parsed, parse
from .printers import output
from .resources import qualified_plural
from .session import Session

GLOBAL_FLAGS = (
    Flag("namespace", short="n", hint="Work in this namespace"),
    Flag("context", hint="Use this context of the kubeconfig"),
    Flag("cluster", hint="Use this cluster of the kubeconfig"),
    Flag("user", hint="Use this user of the kubeconfig"),
    Flag("server", short="s", hint="The API server's address"),
    Flag("token", hint="A bearer token, to say who asks"),
    Flag("insecure-skip-tls-verify", "bool", default=False, hint="Trust any certificate"),
    Flag("username", hint="Ignored: a user's name for basic authentication"),
    Flag("password", hint="Ignored: a password for basic authentication"),
    Flag("certificate-authority", hint="Ignored: a file with the server's authority"),
    Flag("client-certificate", hint="Ignored: a file with the client's certificate"),
    Flag("client-key", hint="Ignored: a file with the client's key"),
    Flag("tls-server-name", hint="Ignored: the name in the server's certificate"),
    Flag("as", hint="Act as this user, or system:serviceaccount:NAMESPACE:NAME"),
    Flag("as-group", "strings", default=(), hint="Act as a member of these groups, too"),
    Flag("as-uid", hint="Act as the user of this uid, too"),
    Flag("as-user-extra", "array", default=(), hint="Act with these extras of a user, too"),
    Flag("kubeconfig", hint="Read this kubeconfig, not ~/.kube/config"),
    Flag("request-timeout", default="0", hint="Requests are answered at once, so it never ends"),
    Flag("v", "int", short="v", default=0, hint="Verbosity"),
    Flag("warnings-as-errors", "bool", default=False, hint="A warning makes the exit code 1"),
    Flag("match-server-version", "bool", default=False, hint="Ignored: both are of one version"),
    Flag("cache-dir", default="~/.kube/cache", hint="Ignored: nothing is cached"),
    Flag("disable-compression", "bool", default=False, hint="Ignored: nothing is compressed"),
    Flag("log-flush-frequency", "duration", default=5000, hint="Ignored: there is no log"),
    Flag("vmodule", hint="Ignored: verbosity by source file"),
    Flag("profile", default="none", hint="Ignored: kubectl's own profile"),
    Flag("profile-output", default="profile.pprof", hint="Ignored: where the profile goes"),
    Flag("help", "bool", short="h", default=False, hint="This help"),
)

_TEMPLATES = (
    Flag("template", hint="The template of -o go-template or jsonpath, or the file that has it"),
    Flag("allow-missing-template-keys", "bool", default=True, hint="Missing fields are no error"),
    Flag("show-managed-fields", "bool", default=False, hint="Keep managedFields"),
)
"""What every verb with ``-o`` has, too."""
_GLOBALS = (
    'Use "kubectl options" for a list of global command-line options (applies to all commands).'
)

_RECORD = "Flag --record has been deprecated, --record will be removed in the future"
_OTHER = "Other Commands"
Run = Callable[[Session, Parsed], int | None]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: ``run(session, parsed)`` gives an exit code (None: 0, or 1 where something failed).

    A group such as rollout has ``children`` instead. ``summary`` is its line in the overview,
    ``text`` and ``example`` its own help. ``offline`` ones need no kubeconfig that leads anywhere.
    ``help_code`` is that of a group whose help is no error: it goes to standard output.
    """

    name: str
    summary: str
    run: Run | None = None
    flags: tuple[Flag, ...] = ()
    usage: str = ""
    example: str = ""
    section: str = _OTHER
    aliases: tuple[str, ...] = ()
    offline: bool = False
    help_code: int | None = None
    children: Mapping[str, Verb] = field(default_factory=dict)

    def help(self, path: str) -> str:
        """What ``--help`` prints; ``path`` is how the verb is called."""
        return _help(self, path)


def execute(session: Session, verbs: Mapping[str, Verb], words: list[str]) -> int:
    """Run ``kubectl`` with these words; output goes to the session; returns the exit code."""
    try:
        try:
            code = _dispatch(session, verbs, words)
        finally:
            session.tell_refusals()
    except Failure as refused:
        session.warn(refused.text)
        return refused.exit_code
    except ApiError as error:
        session.warn(server_text(error))
        return 1
    return code if code is not None else int(session.failed)


def _dispatch(session: Session, verbs: Mapping[str, Verb], words: list[str]) -> int | None:
    globals_first, words = _leading_flags(words)
    if not words or words[0] == "help":
        session.write(_overview(verbs))
        return 0
    words = kuberc.rewritten(words, session.files, session.environment, verbs)
    verb = _named(verbs, words[0])
    if verb is None:
        raise _unknown(verbs, words[0])
    path, rest = f"kubectl {verb.name}", words[1:]
    while verb.children:
        place = _first_argument(verb, rest)
        name = rest[place] if place is not None else None
        child = _named(verb.children, name) if name is not None else None
        if child is None:
            return _childless(session, verb, path, name, [*globals_first, *rest])
        rest = [word for i, word in enumerate(rest) if i != place]
        verb, path = child, f"{path} {child.name}"
    return _run(session, verb, path, [*globals_first, *rest])


def _first_argument(verb: Verb, words: list[str]) -> int | None:
    """Where the first word stands that is neither a flag nor a flag's value."""
    taking = {
        name
        for flag in (*verb.flags, *GLOBAL_FLAGS)
        if flag.needs_value
        for name in (f"--{flag.name}", f"-{flag.short}")
    }
    skip = False
    for place, word in enumerate(words):
        if skip:
            skip = False
        elif word == "--":
            return None
        elif word.startswith("-") and len(word) > 1:
            skip = word in taking
        else:
            return place
    return None


def _childless(
    session: Session, verb: Verb, path: str, name: str | None, words: list[str]
) -> int | None:
    """A group without one of its subcommands: some are commands of their own (``create -f``)."""
    if verb.run is not None:
        return _run(session, verb, path, words)
    if parse(path, GLOBAL_FLAGS, words).options["help"] and name is None:
        session.write(_group_help(verb, path))
        return 0
    return _group(session, verb, path, parse(path, GLOBAL_FLAGS, words).arguments)


def _leading_flags(words: list[str]) -> tuple[list[str], list[str]]:
    """Global flags before the verb (``kubectl -n shop get pods``), and the rest."""
    known = {f"--{flag.name}": flag for flag in GLOBAL_FLAGS}
    known |= {f"-{flag.short}": flag for flag in GLOBAL_FLAGS if flag.short}
    rest = list(words)
    leading: list[str] = []
    while rest and rest[0].startswith("-") and len(rest[0]) > 1:
        word = rest[0]
        name = word.partition("=")[0]
        flag = known.get(name) or known.get(word[:2])
        if flag is None:
            if word.startswith("--"):
                raise usage("kubectl", f"unknown flag: {name}")
            raise usage("kubectl", f"unknown shorthand flag: '{word[1]}' in {word}")
        if flag.name == "help":
            return [], []
        leading.append(rest.pop(0))
        if word == name and flag.needs_value and name in known and rest:
            leading.append(rest.pop(0))
    return leading, rest


def _named(verbs: Mapping[str, Verb], name: str) -> Verb | None:
    if name in verbs:
        return verbs[name]
    return next((verb for verb in verbs.values() if name in verb.aliases), None)


def _run(session: Session, verb: Verb, path: str, words: list[str]) -> int | None:
    prints = next((flag.kind for flag in verb.flags if flag.kind in ("format", "table")), "")
    parsed = parse(path, (*GLOBAL_FLAGS, *verb.flags, *(_TEMPLATES if prints else ())), words)
    if parsed.options["help"]:
        session.write(_help(verb, path))
        return 0
    if not verb.offline:
        _check_timeout(parsed.options["request-timeout"])
        own = {flag.name for flag in verb.flags}
        if prints:
            parsed.options["output"] = output.given(session, parsed)
            session.with_managers = parsed.options["show-managed-fields"]
            session.allow_missing = parsed.options["allow-missing-template-keys"]
        if prints == "format" and parsed.options["output"]:
            output.check(parsed.options["output"])
        session.enter({**parsed.options, **{name: "" for name in ("user", "token") if name in own}})
    session.verbosity = parsed.options["v"]
    if "record" in parsed.given:
        session.warn(_RECORD)
        session.cause = parsed.cause if parsed.options["record"] else ""
    more = any(parsed.options[f"as-{what}"] for what in ("group", "uid", "user-extra"))
    if more and not parsed.options["as"]:
        user = f" for {session.access.user}" if session.access else ""
        raise failure(f"requesting uid, groups or user-extra{user} without impersonating a user")
    assert verb.run is not None
    if "TYPE" in verb.usage and not verb.offline:
        _tell_rivals(session, parsed.arguments)
    code = verb.run(session, parsed)
    warnings = len(session.warned)
    if parsed.options["warnings-as-errors"] and warnings and not code and not session.failed:
        raise failure(f"{warnings} warning{'s' if warnings > 1 else ''} received")
    return code


def _tell_rivals(session: Session, arguments: list[str]) -> None:
    """Warn of a short name that could mean another kind, too (client-go's shortcut expander)."""
    for word in arguments[0].partition("/")[0].split(",") if arguments else ():
        for kind in session.discovery.rivals(word):
            session.warn(
                f'Warning: short name "{word}" could also match lower priority resource '
                f"{qualified_plural(kind)}"
            )


def _check_timeout(text: str) -> None:
    """util.ParseTimeout, client-go."""
    try:
        int(text)
    except ValueError:
        try:
            parse_go_duration(text)
        except ValueError:
            raise failure(
                "Invalid timeout value. Timeout must be a single integer in seconds, or an integer "
                "followed by a corresponding time unit (e.g. 1s | 2m | 3h)"
            ) from None


def _group(session: Session, verb: Verb, path: str, words: list[str]) -> int:
    if words and verb.help_code != 0:
        raise failure(
            f"unknown command \"{' '.join(words)}\"\nSee '{path} -h' for help and examples"
        )
    if verb.help_code is None:
        session.warn(_group_help(verb, path).removesuffix("\n"))
        return 1
    session.write(_group_help(verb, path))
    return verb.help_code


def _group_help(verb: Verb, path: str) -> str:
    width = max(10, *(len(child) for child in verb.children))
    lines = [f"  {child.name:{width}}   {child.summary}" for child in verb.children.values()]
    return (
        f"{verb.summary}.\n\nAvailable Commands:\n" + "\n".join(lines) + "\n\n"
        f"Usage:\n  {path} {verb.usage or 'SUBCOMMAND'} [options]\n\n"
        f'Use "{path} <command> --help" for more information about a given command.\n{_GLOBALS}\n'
    )


def _unknown(verbs: Mapping[str, Verb], name: str) -> Failure:
    """cobra's refusal, with what is at most two edits away or begins alike."""
    said = name.lower()
    alike = [verb for verb in verbs if _distance(said, verb) <= 2 or verb.startswith(said)]
    hint = "\n\nDid you mean this?\n" + "\n".join(f"\t{verb}" for verb in alike) if alike else ""
    return failure(f'unknown command "{name}" for "kubectl"{hint}')


def _distance(a: str, b: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a[:40], 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def _overview(verbs: Mapping[str, Verb]) -> str:
    sections: dict[str, list[Verb]] = {}
    shown = [verb for verb in verbs.values() if verb.section]
    for verb in shown:
        sections.setdefault(verb.section, []).append(verb)
    width = max(len(verb.name) for verb in shown)
    parts = [
        "kubectl controls the Kubernetes cluster manager.\n",
        " Find more information at: https://kubernetes.io/docs/reference/kubectl/\n",
    ]
    for section, members in sections.items():
        lines = [f"  {it.name:{width}}   {_first_line(it.summary)}" for it in members]
        if section == _OTHER:
            parts.append("Subcommands provided by plugins:\n")
        parts.append(f"{section}:\n" + "\n".join(lines) + "\n")
    parts.append(
        "Usage:\n  kubectl [flags] [options]\n\n"
        'Use "kubectl <command> --help" for more information about a given command.\n'
        f"{_GLOBALS}\n"
    )
    return "\n".join(parts)


def _first_line(summary: str) -> str:
    return summary.partition("\n")[0].removesuffix(".")


def _help(verb: Verb, path: str) -> str:
    parts = [f"{verb.summary}.\n"]
    if verb.aliases:
        parts.append(f"Aliases:\n{', '.join((verb.name, *verb.aliases))}\n")
    if verb.example:
        examples = "\n".join(f"  {line}" for line in verb.example.strip().split("\n"))
        parts.append(f"Examples:\n{examples}\n")
    if verb.flags:
        lines = [flag_help(flag) for flag in verb.flags]
        parts.append("Options:\n" + "\n\n".join(lines) + "\n")
    parts.append(f"Usage:\n  {path} {verb.usage} [options]\n".replace("  [", " ["))
    parts.append(f"{_GLOBALS}\n")
    return "\n".join(parts)


def flag_help(flag: Flag) -> str:
    """A flag's lines in a help text."""
    default = {
        "string": f"'{flag.default}'",
        "strings": "[]",
        "array": "[]",
        "pairs": "[]",
        "map": "",
        "bool": str(flag.default).lower(),
    }
    shown = default.get(flag.kind, str(flag.default))
    short = f"-{flag.short}, " if flag.short else ""
    return f"    {short}--{flag.name}={shown}:\n\t{flag.hint}"
