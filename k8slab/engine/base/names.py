"""Rules for names, label keys and label values (apimachinery util/validation, 1.36).

Each function gives the texts of what is wrong with a value, none where all is well.
"""

from __future__ import annotations

import re

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_UNDERSCORED = r"[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*"
_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_PORT_NAME = re.compile("[-a-z0-9]+")

_LABEL_RE, _LABEL_1035_RE = re.compile(_LABEL), re.compile(_LABEL_1035)
_SUBDOMAIN_RE, _QUALIFIED_RE = re.compile(_SUBDOMAIN), re.compile(_QUALIFIED)
_CONFIG_KEY_RE, _UNDERSCORED_RE = re.compile(_CONFIG_KEY), re.compile(_UNDERSCORED)


def _regex(text: str, *examples: str, pattern: str) -> str:
    """validation.RegexError: the examples are joined in its own odd spacing."""
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{text} (e.g. {shown}regex used for validation is '{pattern}')"


_LABEL_TEXT = _regex(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character",
    "my-name",
    "123-abc",
    pattern=_LABEL,
)
_LABEL_1035_TEXT = _regex(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character",
    "my-name",
    "abc-123",
    pattern=_LABEL_1035,
)
_SUBDOMAIN_TEXT = _regex(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character",
    "example.com",
    pattern=_SUBDOMAIN,
)
_UNDERSCORED_TEXT = _regex(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' "
    "or '.', and must start and end with an alphanumeric character",
    "example.com",
    pattern=_UNDERSCORED,
)
_NAME_PART = _regex(
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character",
    "MyName",
    "my.name",
    "123-abc",
    pattern=_QUALIFIED,
)
_KEY_TEXT = (
    _regex(
        "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must "
        "start and end with an alphanumeric character",
        "MyName",
        "my.name",
        "123-abc",
        pattern=_QUALIFIED,
    )
    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
)
_VALUE_TEXT = _regex(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character",
    "MyValue",
    "my_value",
    "12345",
    pattern=f"({_QUALIFIED})?",
)
_CONFIG_KEY_TEXT = _regex(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    "key.name",
    "KEY_NAME",
    "key-name",
    pattern=_CONFIG_KEY,
)
_ENVIRONMENT_TEXT = (
    "a valid environment variable name must consist only of printable ASCII characters other than "
    "'='"
)


def _checked(value: str, limit: int, pattern: re.Pattern[str], text: str) -> list[str]:
    wrong = [] if len(value) <= limit else [f"must be no more than {limit} characters"]
    return wrong if pattern.fullmatch(value) else [*wrong, text]


def dns_label(value: str) -> list[str]:
    """A lowercase RFC 1123 label (namespaces, containers, volumes, Services)."""
    dotted = _SUBDOMAIN_RE.fullmatch(value) is not None
    return _checked(value, 63, _LABEL_RE, "must not contain dots" if dotted else _LABEL_TEXT)


def dns_1035_label(value: str) -> list[str]:
    """A DNS-1035 label, which starts with a letter."""
    return _checked(value, 63, _LABEL_1035_RE, _LABEL_1035_TEXT)


def dns_subdomain(value: str) -> list[str]:
    """A lowercase RFC 1123 subdomain (the names of most kinds)."""
    return _checked(value, 253, _SUBDOMAIN_RE, _SUBDOMAIN_TEXT)


def dns_underscored(value: str) -> list[str]:
    """A subdomain whose labels may also begin with and hold underscores (search domains)."""
    return _checked(value, 253, _UNDERSCORED_RE, _UNDERSCORED_TEXT)


def label_value(value: str) -> list[str]:
    """A label's value."""
    wrong = [] if len(value.encode()) <= 63 else ["must be no more than 63 bytes"]
    return wrong if value == "" or _QUALIFIED_RE.fullmatch(value) else [*wrong, _VALUE_TEXT]


def qualified_name(value: str) -> list[str]:
    """A label's key: ``name`` or ``prefix/name``."""
    prefix, slash, name = value.rpartition("/")
    if "/" in prefix:
        return [_KEY_TEXT]
    wrong: list[str] = []
    if slash and not prefix:
        wrong.append("prefix part must be non-empty")
    elif slash:
        wrong += [f"prefix part {text}" for text in dns_subdomain(prefix)]
    if not name:
        wrong.append("name part must be non-empty")
    elif len(name.encode()) > 63:
        wrong.append("name part must be no more than 63 bytes")
    return wrong if _QUALIFIED_RE.fullmatch(name) else [*wrong, _NAME_PART]


def config_map_key(value: str) -> list[str]:
    """A key of a ConfigMap's or Secret's data."""
    wrong = _checked(value, 253, _CONFIG_KEY_RE, _CONFIG_KEY_TEXT)
    if value in (".", ".."):
        wrong.append(f"must not be '{value}'")
    elif value.startswith(".."):
        wrong.append("must not start with '..'")
    return wrong


def port_name(value: str) -> list[str]:
    """An IANA service name, as ports of containers have."""
    wrong = [] if len(value) <= 15 else ["must be no more than 15 characters"]
    if not _PORT_NAME.fullmatch(value):
        wrong.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", value):
        wrong.append("must contain at least one letter (a-z)")
    if "--" in value:
        wrong.append("must not contain consecutive hyphens")
    if value[:1] == "-" or value[-1:] == "-":
        wrong.append("must not begin or end with a hyphen")
    return wrong


def port_number(value: int) -> list[str]:
    """A TCP or UDP port."""
    return [] if 1 <= value <= 65535 else ["must be between 1 and 65535, inclusive"]


def environment_name(value: str) -> list[str]:
    """The name of an environment variable (relaxed since 1.32)."""
    if value and all(" " <= letter <= "~" and letter != "=" for letter in value):
        return []
    return [_ENVIRONMENT_TEXT]
