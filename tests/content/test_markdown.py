"""Markdown: the directives give the markup that docs/pages.md promises; nothing unsafe survives."""

from k8slab.content.markdown import inline, render

TASK = """
:::: task bump Run the **bump**
Edit the image.

::: checks bump
:::

::: hint Where is it?
Line 12.
:::
::::
"""


def test_a_task_holds_its_checks_and_hints():
    html = render(TASK)
    assert '<section class="task" data-task="bump"><h3>Run the <strong>bump</strong></h3>' in html
    assert '<div data-checks="bump"></div>' in html.replace("\n", "")
    assert '<details class="hint"><summary>Where is it?</summary>' in html
    assert html.rstrip().endswith("</section>")


def test_a_callout_why_is_collapsible_by_keyboard():
    """TE-011."""
    html = render("::: why Why this works\nIt is idempotent.\n:::\n")
    assert html.startswith('<details class="callout callout-why"><summary>Why this works</summary>')


def test_the_four_blocks():
    """TE-043."""
    for name, title in [("insight", "Key insight"), ("practice", "In practice")]:
        html = render(f"::: {name}\nText.\n:::\n")
        assert f'<aside class="callout callout-{name}"><p class="callout__title">{title}' in html


def test_an_outcome_waits_to_be_opened():
    html = render("::: outcome\n7 failed.\n:::\n")
    assert html.startswith('<details class="callout callout-outcome"><summary>What the engine')


def test_a_list_begins_at_the_number_that_it_is_given():
    html = render("Five, and then:\n\n6. six\n7. seven\n")
    assert '<ol start="6">' in html


def test_a_number_and_its_unit_stay_on_one_line():
    html = render("It took 86 s, and 7 % failed; 3 pods in 5 мин.")
    assert "86&nbsp;s, and 7&nbsp;% failed; 3 pods in 5&nbsp;мин." in html


def test_a_word_with_a_hyphen_is_not_broken_there():
    html = render("```try\nkubectl scale deployment web --replicas=6\n```\nIt is `node-1`.\n")
    assert "deployment web <span>--replicas=6</span></button>" in html
    assert "<code><span>node-1</span></code>" in html


def test_chips_only_carry_their_command():
    html = render("```try\nkubectl get pods\n```\n")
    assert 'data-try="kubectl get pods">kubectl get pods</button>' in html


def test_a_button_carries_a_fault():
    html = render("```act\nnode-crash node=node-2 | Kill node-2\n```\n")
    assert 'data-do="inject"' in html
    assert "node-crash" in html and ">Kill node-2</button>" in html


def test_altitude_blocks_name_their_altitudes():
    """TE-006."""
    html = render("::: altitude middle senior\nDeeper.\n:::\n")
    assert '<div class="altitude" data-altitude="middle senior">' in html


def test_a_table_is_a_table():
    """TE-040."""
    assert "<th>a</th>" in render("| a | b |\n|---|---|\n| 1 | 2 |\n")


def test_html_and_scripts_stay_text():
    html = render("<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=y()>")
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html


def test_a_directive_cannot_break_out_of_its_attribute():
    html = render('```try\n"><script>alert(1)</script>\n```\n')
    assert "<script" not in html


def test_inline_has_no_paragraph():
    assert inline("`maxSurge` is *one*") == "<code>maxSurge</code> is <em>one</em>"


def test_code_may_be_a_button_in_a_table_too():
    html = render("| a |\n|---|\n| `$ kubectl get pods \\| Show` `! node-crash node=n \\| Cut` |\n")
    assert 'data-run="kubectl get pods">Show</button>' in html
    assert 'data-do="inject"' in html and ">Cut</button>" in html
    assert "<code>$ date</code>" in render("`$ date`")
