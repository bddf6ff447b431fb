"""The page's terminal: the prompt of a shell in a container, commands of several lines."""

from __future__ import annotations

PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
  document.querySelector(".xterm-helper-textarea").dispatchEvent(event);
}"""


def _reply(command):
    left = command["line"] == "exit"
    text = "" if left else f"ran {command['line']}\n"
    return {"said": [[text, 1]], "exit_code": 0, "prompt": "" if left else "/ # "}


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


def test_a_command_goes_on_until_it_is_complete(lesson, recorded):
    """A here-document and a loop over several lines are one command; what is typed ahead waits."""
    recorded.replies["line"] = lambda command: {"said": [["ok\n", 1]], "exit_code": 0}
    page = lesson(lab=recorded)
    page.keyboard.press("Alt+4")
    screen = page.locator(".xterm-accessibility-tree")
    for line in ("cat <<END", "kind: Pod", "END", "for i in 1 2", "do echo $i", "done", "ls"):
        page.keyboard.type(line)
        if line == "kind: Pod":
            screen.filter(has_text="> kind: Pod").wait_for(state="attached")
        page.keyboard.press("Enter")
    screen.filter(has_text="$ ls").wait_for(state="attached")
    page.evaluate(PASTE, "echo a\necho b\necho c")
    screen.filter(has_text="$ echo c").wait_for(state="attached")
    page.keyboard.press("Control+c")
    page.keyboard.type("pwd")
    page.keyboard.press("Enter")
    screen.filter(has_text="$ pwd").wait_for(state="attached")
    typed = ["cat <<END\nkind: Pod\nEND", "for i in 1 2\ndo echo $i\ndone", "ls"]
    wanted = [*typed, "echo a", "echo b", "pwd"]
    assert [each["line"] for each in recorded.commands("line")] == wanted


def test_what_a_line_says_stands_in_its_order(lesson, recorded):
    """Both streams, early and late, as they came; only the prompt begins a line of its own."""

    def reply(command):
        recorded.tell_early(command, [("one\n", 1), ("two\n", 2), ("th", 1)])
        return {"said": [["ree\n", 1], ["four\n", 2], ["fi", 1], ["ve", 2]], "exit_code": 0}

    recorded.replies["line"] = reply
    page = lesson(lab=recorded)
    page.keyboard.press("Alt+4")
    page.keyboard.type("sh both.sh")
    page.keyboard.press("Enter")
    screen = page.locator(".xterm-accessibility-tree")
    screen.filter(has_text="five").wait_for(state="attached")
    rows = [row.strip() for row in screen.locator("div").all_inner_texts()]
    start = rows.index("$ sh both.sh")
    assert rows[start + 1 : start + 7] == ["one", "two", "three", "four", "five", "$"]
