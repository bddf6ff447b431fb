"""Who asks: client certificates, service accounts' tokens, impersonation (apiserver, 1.36).

The terminal's kubeconfig has an administrator's certificate; ``token`` of a request takes its
place. A token says who it is for and until when; it is good while its account is there.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

import orjson

from ..base.objects import Key, Obj
from ..base.times import rfc3339
from .authorization import ACCOUNT
from .errors import ApiError

if TYPE_CHECKING:
    from .server import Api

_HOUR_S = 3600
_SHORTEST_S = 600
_AUDIENCE = "https://kubernetes.default.svc.cluster.local"
_HEADER = {"alg": "RS256", "kid": "k8slab"}


def authenticate(api: Api, request: Obj) -> Obj:
    """The request with its ``user``; ApiError 401 for a token that is none."""
    token = request.get("token")
    if token is None or request.get("user"):
        return request
    account = _account(api, token)
    if account is None:
        raise ApiError(401, "Unauthorized", "Unauthorized")
    return {**request, "user": account}


def issue(api: Api, account: Obj, asked_s: int | None) -> Obj:
    """The answer to a TokenRequest (``serviceaccounts/token``): a token that ends."""
    lasts_s = max(asked_s or _HOUR_S, _SHORTEST_S)
    now_s = _now_s(api)
    metadata = account["metadata"]
    claims = {
        "aud": [_AUDIENCE],
        "exp": now_s + lasts_s,
        "iat": now_s,
        "iss": _AUDIENCE,
        "kubernetes.io": {
            "namespace": metadata["namespace"],
            "serviceaccount": {"name": metadata["name"], "uid": metadata["uid"]},
        },
        "nbf": now_s,
        "sub": f"{ACCOUNT}{metadata['namespace']}:{metadata['name']}",
    }
    token = f"{_encoded(_HEADER)}.{_encoded(claims)}.{_encoded(metadata['uid'])}"
    return {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {
            "name": metadata["name"],
            "namespace": metadata["namespace"],
            "uid": metadata["uid"],
            "creationTimestamp": rfc3339(now_s * 1000),
        },
        "spec": {
            "audiences": [_AUDIENCE],
            "expirationSeconds": lasts_s,
            "boundObjectRef": None,
        },
        "status": {"token": token, "expirationTimestamp": rfc3339((now_s + lasts_s) * 1000)},
    }


def _now_s(api: Api) -> int:
    return (api.start_unix_ms + api.clock.now_ms) // 1000


def _encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


def _account(api: Api, token: str) -> str | None:
    """The account of a token that is good now."""
    try:
        body = token.split(".")[1]
        claims = orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        said = claims["kubernetes.io"]
        named = said["serviceaccount"]
        key = Key("ServiceAccount", said["namespace"], named["name"])
        ends_s = int(claims["exp"])
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
        return None
    account = api.store.get(key)
    alive = account is not None and account["metadata"]["uid"] == named["uid"]
    return f"{ACCOUNT}{key.namespace}:{key.name}" if alive and _now_s(api) < ends_s else None
