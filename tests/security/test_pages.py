"""What every page says to the browser, and what it refuses (attacks 36, 50, 52, 55)."""

from __future__ import annotations

import logging
import re

import pytest
from django.conf import settings
from django.test import Client

from k8slab.course.story import as_shown
from k8slab.labs.models import new_lab_id
from k8slab.labs.redact import Redact, redact

pytestmark = pytest.mark.django_db


def test_headers_are_strict():
    answer = Client().get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_nonce_is_new_each_time_and_is_the_pages_own():
    first, second = Client().get("/"), Client().get("/")
    nonces = [
        it["Content-Security-Policy"].split("'nonce-")[1].split("'")[0] for it in (first, second)
    ]
    assert nonces[0] != nonces[1]
    assert nonces[0] in first.content.decode()


def test_a_post_without_its_token_is_refused():
    assert Client(enforce_csrf_checks=True).post("/lessons/rollout-500s/").status_code == 403


def test_a_spoofed_host_is_refused():
    assert Client().get("/", headers={"Host": "evil.example"}).status_code == 400


def test_production_wants_a_secret_and_https(tmp_path):
    import os
    import subprocess
    import sys

    code = (
        "import k8slab.settings as s;"
        "assert s.SECURE_HSTS_SECONDS and s.SESSION_COOKIE_SECURE and s.SECURE_SSL_REDIRECT;"
        "assert s.ALLOWED_HOSTS == ['k8slab.example']"
    )
    env = {**os.environ, "DEBUG": "0", "ORIGINS": "https://k8slab.example", "SECRET_KEY": ""}
    run = [sys.executable, "-c", code]
    refused = subprocess.run(run, env=env, capture_output=True, text=True)
    assert "SECRET_KEY must be set" in refused.stderr
    subprocess.run(run, env={**env, "SECRET_KEY": "a-key-of-the-test"}, check=True)


@pytest.mark.parametrize("where", ["/ws/labs/{}/", "GET /labs/{}/ HTTP/1.1", "/lessons/x/?lab={}"])
def test_logs_show_no_whole_lab_id(where):
    lab_id = new_lab_id()
    record = logging.LogRecord("k8slab", 20, "", 0, "%s seen", (where.format(lab_id),), None)
    assert Redact().filter(record)
    assert lab_id not in record.getMessage() and lab_id[:4] in record.getMessage()
    assert redact("lab " + lab_id) == f"lab {lab_id[:4]}…"
    assert (
        redact(f"GET /k/{lab_id}abc/api/v1/pods?watch=1")
        == "GET /k/" + lab_id[:2] + "…/api/v1/pods?watch=1"
    )
    assert redact("GET /join/K7QM-2XWD/ HTTP/1.1") == "GET /join/K7… HTTP/1.1".replace("… ", "…/ ")
    assert redact(f"/ws/rooms/{lab_id}/?console") == f"/ws/rooms/{lab_id[:4]}…/?console"


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>[a](javascript:alert(1))"


def test_what_a_check_observes_is_text():
    """32: an annotation's value, shown after an exam or a drill."""
    (check,) = as_shown([{"ok": False, "expects": "x", "observes": f"it is {SCRIPT}"}])
    html = check["observes"]
    assert "&lt;script&gt;" in html
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html


def test_scripts_draw_text_and_never_read_html():
    """32: objects' text reaches the page by text nodes alone, whatever is in it."""
    reads_html = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment"
        r"|\beval\(|new Function|srcdoc|setTimeout\(['\"]"
    )
    scripts = list((settings.ROOT / "static" / "js").rglob("*.js"))
    assert len(scripts) > 50
    assert not [it.name for it in scripts if reads_html.search(it.read_text())]
