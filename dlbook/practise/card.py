"""The card of an exercise: the task, and hints and solution folded with nothing but `<details>`.

Hint 2 lies inside hint 1, the solution inside the last hint: it works in the built page and in JupyterLab, without a
script. `section.exercise[data-exercise]` and the JSON inside it are there for a script to build on.
"""

import json
from collections.abc import Callable

from dlbook import concepts
from dlbook.practise.markdown import code_block, inline, to_html


def lab_card(exercise) -> str:
    """The card as HTML; JupyterLab typesets the formulas in it."""
    return "\n".join(_card(exercise, to_html, code_block))


def page_card(exercise) -> str:
    """The card as MyST: a target, HTML blocks, and between them Markdown whose formulas and code the build renders."""
    blocks = _card(exercise, str.strip, lambda code: f"```python\n{code.strip()}\n```")
    return "\n\n".join([f"({exercise.anchor})=", *blocks])


def _card(exercise, text: Callable, code: Callable) -> list[str]:
    data = json.dumps(exercise.data()).replace("<", "\\u003c")
    title = f"{exercise.anchor}-title"
    return [
        f'<section class="exercise dlbook-exercise" id="{exercise.anchor}" aria-labelledby="{title}" '
        f'data-exercise="{exercise.id}" data-kind="{exercise.kind}" data-level="{exercise.level}">',
        f'<h3 class="exercise-title" id="{title}">{inline(exercise.title)}</h3>',
        f'<p class="exercise-facts">{_facts(exercise)}</p>',
        text(_concepts(exercise)),
        text(exercise.task),
        *([text(_options(exercise))] if exercise.kind == "choose" else []),
        *_folded(exercise, text, code),
        f'<script type="application/json" class="exercise-data">{data}</script>',
        "</section>",
    ]


def _folded(exercise, text: Callable, code: Callable) -> list[str]:
    parts, count = [], len(exercise.hints)
    for i, hint in enumerate(exercise.hints, start=1):
        parts += [f'<details class="hint" data-hint="{i}"><summary>Hint {i} of {count}</summary>', text(hint)]
    solution = code(exercise.solution) if exercise.kind == "code" else text(exercise.solution)
    parts += ['<details class="solution"><summary>Solution</summary>', solution]
    return parts + ["</details>"] * (count + 1)


def _facts(exercise) -> str:
    kind = {"code": "write code", "predict": "predict a number", "choose": "choose"}[exercise.kind]
    if exercise.figure:
        kind = "read a plot"
    return f"{kind} · {exercise.level} · about {exercise.minutes} min"


def _concepts(exercise) -> str:
    links = [f"[{concepts.concept(name).name}](#{name})" for name in exercise.concepts]
    return "Practises " + ", ".join(links) + "."


def _options(exercise) -> str:
    return "\n".join(f"- **{key}**: {option}" for key, option in exercise.options.items())
