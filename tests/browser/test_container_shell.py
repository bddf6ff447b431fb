"""The prompt of a shell in a container, in the page's terminal."""

from __future__ import annotations


def _reply(command):
    left = command["line"] == "exit"
    text = "" if left else f"ran {command['line']}\n"
    return {"stdout": text, "stderr": "", "exit_code": 0, "prompt": "" if left else "/ # "}


def test_the_terminal_takes_the_prompt_of_the_shell_that_is_open(lesson, recorded):
    """KC-026, KC-080: the prompt is the container's; Ctrl+D leaves, as ``exit`` does."""
    recorded.replies["line"] = _reply
    page = lesson(lab=recorded)
    page.keyboard.press("Alt+4")
    page.keyboard.type("kubectl exec -it bare -- sh")
    page.keyboard.press("Enter")
    screen = page.locator(".xterm-accessibility-tree")
    screen.filter(has_text="/ #").wait_for(state="attached")
    page.keyboard.type("hostname")
    page.keyboard.press("Enter")
    screen.filter(has_text="/ # hostname").wait_for(state="attached")
    screen.filter(has_text="ran hostname").wait_for(state="attached")
    page.keyboard.press("Control+d")
    page.keyboard.type("ls")
    page.keyboard.press("Enter")
    screen.filter(has_text="$ ls").wait_for(state="attached")
    assert [each["line"] for each in recorded.commands("line")[1:3]] == ["hostname", "exit"]
