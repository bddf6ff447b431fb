"""Recorded HTTP exchanges, one after the other on one cluster, and what ours answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from k8slab.engine.api.errors import ApiError
from k8slab.engine.cluster import Cluster
from k8slab.kubeapi import answers, desk
from k8slab.kubeapi.asked import Asked, read_query, too_large

from . import corpus, text, traces
from .lines import Line

FILE = "24-http-protocol"
DOCUMENT = traces.FOLDER / "api" / "http.json"
TOO_LARGE = "3.2 MB body"
ABSENT = (
    (r"^watch|bookmarks$|deprecated watch", "a stream; tests/kubeapi has them"),
    (r"^openapi v2", "kubectl asks for v3, and takes it where v2 is not served"),
    (r"openapi v3 .*head", "paths of an OpenAPI document, which no client asks for, are left out"),
    (r"pod log", "a stream; tests/kubeapi has them"),
    (r"openapi v3 index|root paths", "what no client asks for is not listed: a path a check"),
    (r"metrics$", "the server's own metrics are not served"),
    (r"^protobuf", "answers are JSON or YAML, which each typed client accepts too"),
    (r"anonymous", "the address has a key in it: nobody is anonymous"),
)
UNSEEN = (
    "kubectl create configmap openshift-service-ca.crt -n shop",
    'kubectl patch pdb db-pdb -n shop --type=merge -p \'{"spec":{"maxUnavailable":0}}\'',
)
NAMESPACE = {
    "method": "POST",
    "path": "/api/v1/namespaces",
    "headers": {"Content-Type": "application/json"},
    "sent": '{"metadata": {"name": "raw"}}',
}
"""What was done before, as the answers tell."""
_MANAGED = ("Table of pods", "PartialObjectMetadataList", "limit and", "token", "DELETE namespace")
"""Of these, managedFields are left out: which fields a controller set is not noted."""
_KNOWN_BY = ("uid", "resourceVersion", "continue")
_MASKS = (
    (r'"(\d+[smhd]){1,2}( ago|\))?"', '"AGE"'),
    (r"(?<=[a-z0-9])(-[bcdfghjklmnpqrstvwxz2456789]{5,10})+\b", "-SUFFIX"),
    (r'("(?:continue|hash|pod-template-hash)": ")[^"]+', r"\1X"),
    (r"(too old resource version: 1|current:) \(?\d+\)?", r"\1 N"),
    (r"(in record) \([0-9a-zA-Z-]+\)", r"\1 (N)"),
    (r"hash=[0-9A-F]+", "hash=HASH"),
    (r'"description": ".*"', '"description": "X"'),
    (r"\bzone-[abc]\b", "ZONE"),
    (r'"generation": \d+', '"generation": N'),
    (r'"(gitCommit|token|platform|goVersion|buildDate)": "[^"]*"', r'"\1": "X"'),
)


def lines() -> Iterator[Line]:
    """A line for each exchange: status code, type, and body."""
    shell = corpus.stage()
    for line in UNSEEN:
        shell.run(line)
    _answer(shell.cluster, NAMESPACE, {})
    shell.cluster.advance(1)
    ours: dict[str, str] = {}
    for exchange in json.loads(DOCUMENT.read_text())["exchanges"]:
        what = f"{exchange['what']}: {exchange['method']} {exchange['path']}"
        absent = next((why for it, why in ABSENT if re.search(it, exchange["what"])), "")
        if absent:
            yield Line(FILE, what, None, None, absent)
            continue
        given = _answer(shell.cluster, exchange, ours)
        yield Line(FILE, what, *_compared(exchange, given, ours))


def _answer(cluster: Cluster, exchange: dict[str, Any], ours: dict[str, str]) -> answers.Answer:
    try:
        return desk.answered(cluster, _asked(exchange, ours))
    except ApiError as error:
        return answers.failure(error)


def _asked(exchange: dict[str, Any], ours: dict[str, str]) -> Asked:
    """The request, with our ids and versions in the place of the recorder's."""
    path, sent = exchange["path"], exchange.get("sent", "")
    if sent == TOO_LARGE:
        raise too_large()
    for recorded, own in ours.items():
        path, sent = path.replace(recorded, own), sent.replace(recorded, own)
    path, _, query = path.partition("?")
    headers = {name.lower(): value for name, value in exchange["headers"].items()}
    headers["user-agent"] = "python-urllib3/2"
    if headers.get("authorization") == "Bearer devtok":
        headers = {**headers, "authorization": "", "impersonate-user": "jane"}
    groups = tuple(filter(None, [headers.get("impersonate-group")]))
    return Asked(exchange["method"], path, read_query(query), headers, sent.encode(), groups)


def _compared(
    exchange: dict[str, Any], given: answers.Answer, ours: dict[str, str]
) -> tuple[object, object]:
    """The recorded answer and ours, in normal form."""
    said = "" if exchange["method"] == "HEAD" else given.body.decode()
    wanted, have = _read(exchange["body"], exchange.get("cut", False)), _read(said)
    if exchange.get("cut"):
        have = _cut_as(have, wanted)
    ours.update(_pairs(wanted, have))
    if exchange["what"].startswith(_MANAGED):
        wanted, have = _without_managers(wanted), _without_managers(have)
    head = exchange["answer"]
    kept = {name: value for name, value in given.headers if name in ("Warning", "Retry-After")}
    expected = {name: head[name] for name in ("Warning", "Retry-After") if name in head}
    media = head.get("Content-Type", "")
    return (
        (exchange["status"], media, expected, _normal(wanted)),
        (given.code, given.media_type, kept, _normal(have)),
    )


def _read(body: str, cut: bool = False) -> Any:
    if cut:
        body = _closed(body)
    try:
        return json.loads(body)
    except json.JSONDecodeError:
        return body


def _closed(body: str) -> str:
    """A JSON text that was cut off, without what was begun last, and closed."""
    ends = [match.start() for match in re.finditer(r",", body)]
    for end in reversed(ends):
        text_, closing = body[:end], []
        for mark in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text_):
            if mark in "{[":
                closing.append("}" if mark == "{" else "]")
            elif mark in "}]":
                closing.pop()
        try:
            json.loads(text_ + "".join(reversed(closing)))
        except json.JSONDecodeError:
            continue
        return text_ + "".join(reversed(closing))
    return body


def _cut_as(have: Any, wanted: Any) -> Any:
    """Ours as far as the recorder kept its own."""
    if isinstance(have, dict) and isinstance(wanted, dict) and wanted:
        last = list(wanted)[-1]
        kept = {name: value for name, value in have.items() if name in wanted}
        return {**kept, last: _cut_as(kept[last], wanted[last])} if last in kept else kept
    if isinstance(have, list) and isinstance(wanted, list) and 0 < len(wanted) <= len(have):
        place = len(wanted) - 1
        return [*have[:place], _cut_as(have[place], wanted[place])]
    return have


def _pairs(wanted: Any, have: Any) -> Iterator[tuple[str, str]]:
    """Ids and versions of the recorder's, and ours at the same places."""
    if isinstance(wanted, dict) and isinstance(have, dict):
        for name in wanted.keys() & have.keys():
            if name in _KNOWN_BY and isinstance(wanted[name], str) and len(wanted[name]) > 3:
                yield wanted[name], have[name]
            else:
                yield from _pairs(wanted[name], have[name])
    elif isinstance(wanted, list) and isinstance(have, list):
        for one, other in zip(wanted, have, strict=False):
            yield from _pairs(one, other)


def _without_managers(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_managers(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_managers(it) for name, it in value.items() if name != "managedFields"}


def _normal(body: Any) -> str:
    if not isinstance(body, str):
        body = json.dumps(body, indent=1, sort_keys=True)
    for pattern, mask in _MASKS:
        body = re.sub(pattern, mask, body)
    return text.normal(body, {}, "t-20", in_order=False)
