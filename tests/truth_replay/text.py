"""kubectl's text in a normal form: without what no two clusters share, or jitter decides."""

from __future__ import annotations

import re

from .names import Names, rename

_MASKS = (
    (r"(?<=[\s(])((\d+[smhd]){1,2}|\d+ms)(?=[\s)]|$)(?<!for \ds)(?<!for \d\d\ds)", "AGE"),
    (r"\b(10\.\d+|192\.168|192\.0)\.\d+\.\d+", "IP"),
    (r"- containerID: fake://\S+\n +image:", "- image:"),
    (r"(fake|fakeRuntime|containerd)://[\w:.-]+", "RUNTIME"),
    (r"\b(node|hollow|f|d|x)-\d\b", "NODE"),
    (r"\b\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"),
    (r"\w{3}, \d\d \w{3} \d{4} [\d:]+ \+0000", "TIME"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UID"),
    (r'(resourceVersion"?: )"\d+"', r'\1"N"'),
    (r"(Resource Version:\s+)\d+", r"\1N"),
    (r"(Image ID|Container ID|imageID):.*", r"\1: ID"),
    (r"(Non-terminated Pods:\s+)\(\d+ in total\)", r"\1(N in total)"),
    (r"TMPDIR/(\w+)-\d+", r"\1"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{9})? \+0000", "TIME"),
    (r"kube-api-access-\w{5}", "kube-api-access-xxxxx"),
    (r"\b3[0-2]\d{3}\b", "NODEPORT"),
    (r"[ \t]{2,}", "  "),
)
_ARTEFACTS = re.compile(
    r"^.*openshift-service-ca\.crt.*\n(\s+Optional:\s+false\n)?"
    r"|^ +- configMap:\n +items:\n +- key: service-ca\.crt\n +path: service-ca\.crt\n"
    r"( +name: openshift-service-ca\.crt\n)?|^.*MissingClusterDNS.*\n",
    re.MULTILINE,
)


def normal(
    text: str,
    names: Names,
    namespace: str,
    *,
    in_order: bool = True,
) -> str:
    """A command's output in normal form.

    Lines that begin with another scenario's namespace are left out.

    Rows of tables and Events stand in alphabetical order: the order of generated names is chance,
    that of what happened within the same second jitter. Not so where ``in_order`` is False.
    """
    elsewhere = re.compile(rf"^\s*t-\d\d(?!{re.escape(namespace[4:])}\b)-\S+ .*\n", re.MULTILINE)
    text = elsewhere.sub("", _ARTEFACTS.sub("", text))
    text = rename(text, names)
    for pattern, mask in _MASKS:
        text = re.sub(pattern, mask, text)
    text = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return _in_order(text) if in_order else text


def _in_order(text: str) -> str:
    if "\n\n\n" in text:
        return "\n\n\n".join(sorted(_in_order(part) for part in text.split("\n\n\n")))
    head, events, told = text.partition("\nEvents:\n")
    if events:
        return head + events + "\n".join(sorted(told.split("\n")))
    if not re.match(r"(NAME|NAMESPACE|LAST SEEN)\b", text):
        return text
    tables = [table.split("\n") for table in text.split("\n\n")]
    return "\n\n".join("\n".join([table[0], *sorted(table[1:])]) for table in tables)
