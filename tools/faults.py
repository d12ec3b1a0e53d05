"""Can every check fail? Plant one fault per kind of check in a copy of the project, and expect that check to turn red.

    python tools/faults.py            # all of them (needs a built book: make book)
    python tools/faults.py axe twin   # those whose name contains one of the words

Each command is first run on the copy as it is, and must pass; then the fault is planted, the command must fail and say
the expected words, and the file is put back.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTEST = "python -m pytest -q -x -p no:cacheprovider"
LIVE = f"{PYTEST} tests/browser/test_live.py -k"
PAGES = f"{PYTEST} tests/browser/test_pages.py -k"
PAPER = f"{PYTEST} tests/browser/test_paper.py -k"
INTRO = "_build/html/intro.html"
OPEN_INTRO = f"{PAGES} 'quiet and intro'"
CHAPTER = "chapters/01_metrics.ipynb"


def replace(old: str, new: str) -> Callable[[str], str]:
    """A change that must find what it replaces."""

    def change(text: str) -> str:
        if old not in text:
            raise ValueError(f"nothing to replace: {old!r} is not there")
        return text.replace(old, new, 1)

    return change


def append(more: str) -> Callable[[str], str]:
    return lambda text: text + more


def in_body(html: str) -> Callable[[str], str]:
    return replace("</main>", f"{html}</main>")


def with_output(text: str) -> str:
    notebook = json.loads(text)
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["left behind"]}]
    return json.dumps(notebook)


def random_bytes(text: str) -> str:
    return replace("</main>", f"<p hidden>{os.urandom(1_200_000).hex()}</p></main>")(text)


def wrong_recall(text: str) -> str:
    """Every recall that the explorer of chapter 01 knows, a hundredth too large."""
    table = re.compile(r'("recall":\{"axes":\[[\d,]*\],"table":\[)([^\]]*)')
    return table.sub(lambda m: m[1] + ",".join(str(float(v) + 0.01) for v in m[2].split(",")), text)


@dataclass(frozen=True)
class Fault:
    """A file, what is done to it, the command that must notice, and a word of its complaint."""

    name: str
    file: str
    change: Callable[[str], str]
    command: str
    says: str


FAULTS = [
    Fault("lint", "dlbook/scratch/losses/squared.py", append("\nimport os\n"), "ruff check .", "E402"),
    Fault("format", "dlbook/display.py", append("\nx  =  1\n"), "ruff format --check .", "would be reformatted"),
    Fault(
        "lint of JavaScript",
        "dlbook/live/needs.js",
        append("\nforgotten();\n"),
        "node_modules/.bin/eslint dlbook",
        "no-undef",
    ),
    Fault(
        "workflow",
        ".github/workflows/test.yml",
        replace("runs-on", "run-on"),
        "check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/test.yml",
        "'runs-on' is a required property",
    ),
    Fault(
        "workflow that trusts a name",
        ".github/workflows/publish.yml",
        replace("@11bd71901bbe5b1630ceea73d27597364c9af683", "@v4"),
        "zizmor --offline --quiet .github/workflows",
        "unpinned-uses",
    ),
    Fault(
        "wheel with other bytes",
        "dlbook/site/wheel.py",
        replace('environment["SOURCE_DATE_EPOCH"] = EPOCH', "pass"),
        f"{PYTEST} tests/book/test_wheel.py -k same_sources",
        "AssertionError",
    ),
    Fault(
        "command that is always content",
        "dlbook/cli/practise.py",
        replace("return RIGHT if result else WRONG", "return RIGHT"),
        f"{PYTEST} tests/book/test_cli.py -k mistake",
        "AssertionError",
    ),
    Fault(
        "reader's notebook that is written over",
        "dlbook/cli/lab.py",
        replace("if not own.exists():", "if True:"),
        f"{PYTEST} tests/book/test_cli.py -k copied",
        "AssertionError",
    ),
    Fault(
        "step of a workflow",
        ".github/workflows/publish.yml",
        replace("make book", "make boook"),
        "python tools/workflows.py",
        "make has no target 'boook'",
    ),
    Fault(
        "lock",
        "lock.txt",
        replace("\nnumpy==", "\nnumpy==0"),
        f"{PYTEST} tests/book/test_lock.py",
        "test_the_lock_names_the_versions",
    ),
    Fault(
        "border, by lint",
        "dlbook/scratch/losses/squared.py",
        replace("import numpy as np", "import numpy as np\nimport torch"),
        "ruff check dlbook",
        "TID251",
    ),
    Fault(
        "border, by a fresh Python",
        "dlbook/scratch/losses/squared.py",
        replace("import numpy as np", "import numpy as np\nimport torch"),
        f"{PYTEST} tests/book/test_border.py",
        "torch",
    ),
    Fault(
        "twin",
        "dlbook/pytorch/activations.py",
        replace("return F.elu(z, alpha)", "return F.elu(z, alpha) + 1e-8"),
        f"{PYTEST} tests/concepts/test_activations.py -k twins",
        "activations.elu",
    ),
    Fault(
        "signature",
        "dlbook/pytorch/activations.py",
        replace("def elu(z, alpha=1.0)", "def elu(z, alpha=2.0)"),
        f"{PYTEST} tests/concepts/test_activations.py -k twins",
        "signatures differ",
    ),
    Fault(
        "oracle",
        "dlbook/scratch/losses/squared.py",
        replace("mean((y_pred - y_true) ** 2) / 2", "mean((y_pred - y_true) ** 2)"),
        f"{PYTEST} tests/concepts/test_losses.py -k sklearn",
        "test_against_sklearn",
    ),
    Fault(
        "metric",
        "dlbook/scratch/metrics/rates.py",
        replace("return tn / (tn + fp)", "return fp / (tn + fp)"),
        f"{PYTEST} tests/concepts/test_metrics.py",
        "specificity",
    ),
    Fault(
        "gradient",
        "dlbook/scratch/activations.py",
        replace("return 1 - t * t", "return 1 - t"),
        f"{PYTEST} tests/concepts/test_activations.py -k slopes",
        "test_derivatives_are_slopes",
    ),
    Fault(
        "law",
        "dlbook/scratch/activations.py",
        replace("e / e.sum(axis=dim, keepdims=True)", "e / e.sum(axis=dim, keepdims=True) ** 1.01"),
        f"{PYTEST} tests/concepts/test_activations.py -k softmax_laws",
        "test_softmax_laws",
    ),
    Fault(
        "Grad-CAM that is not CAM",
        "dlbook/scratch/visualization.py",
        replace("np.maximum((alpha * A).sum(axis=1), 0)", "np.maximum(alpha * A, 0).sum(axis=1)"),
        f"{PYTEST} tests/concepts/test_visualization.py -k is_cam",
        "test_grad_cam_is_cam_where_a_mean_follows_the_last_convolution",
    ),
    Fault(
        "label that a mixup leaves behind",
        "dlbook/scratch/augmentation/mixing.py",
        replace("share * y + (1 - share) * y[partner]", "y"),
        f"{PYTEST} tests/concepts/test_augmentation.py -k mixup_mixes",
        "test_mixup_mixes_image_and_label_by_the_same_share",
    ),
    Fault(
        "flattened image that reaches Keras unsorted",
        "dlbook/pytorch/with_keras.py",
        replace("return array if order is None else array[order]", "return array"),
        f"{PYTEST} tests/concepts/test_keras.py -k flattened_image_is_sorted",
        "test_what_follows_a_flattened_image_is_sorted",
    ),
    Fault(
        "words of an error",
        "dlbook/scratch/_arrays.py",
        replace('"not be empty"', '"be there"'),
        f"{PYTEST} tests/concepts/test_losses.py -k bad_input",
        "must not be empty",
    ),
    Fault(
        "doctest",
        "dlbook/scratch/metrics/rates.py",
        replace("np.float64(0.8)", "np.float64(0.9)"),
        f"{PYTEST} --doctest-modules dlbook/scratch",
        "Expected",
    ),
    Fault(
        "registry",
        "dlbook/pytorch/activations.py",
        replace("def elu(", "def elu_unit("),
        f"{PYTEST} tests/book/test_registry.py -k missing",
        "activations.elu has no PyTorch twin",
    ),
    Fault(
        "derivative of a graph",
        "dlbook/scratch/graph/node.py",
        replace(
            "u = u.sum(axis=tuple(range(u.ndim - like.ndim)))", "u = u.mean(axis=tuple(range(u.ndim - like.ndim)))"
        ),
        f"{PYTEST} tests/concepts/test_graph.py",
        "FAILED",
    ),
    Fault(
        "step of an optimizer",
        "dlbook/scratch/optimizers.py",
        replace("v / (1 - beta2**t)", "v / (1 - beta1**t)"),
        f"{PYTEST} tests/concepts/test_optimizers.py -k hundred",
        "test_a_hundred_steps_of_torch_optim",
    ),
    Fault(
        "running statistics",
        "dlbook/scratch/layers/norm.py",
        replace("var * N / (N - 1)", "var"),
        f"{PYTEST} tests/concepts/test_layers.py",
        "FAILED",
    ),
    Fault(
        "shards of unequal size",
        "dlbook/pytorch/parallel.py",
        replace("/ len(batch)", "/ len(shard)"),
        f"{PYTEST} tests/concepts/test_parallel.py -k weights_of_one",
        "FAILED",
    ),
    Fault(
        "death of a worker",
        "dlbook/pytorch/_processes.py",
        replace("if any(_codes(processes)):", "if False:"),
        f"{PYTEST} tests/concepts/test_parallel.py -k killed_torch_worker",
        "FAILED",
    ),
    Fault(
        "a frozen trunk whose batch norms go on counting",
        "dlbook/experiments/transfer.py",
        replace("return models.sequential(*model.layers[:at]).eval()", "return models.sequential(*model.layers[:at])"),
        f"{PYTEST} tests/experiments/test_transfer.py -k frozen",
        "assert",
    ),
    Fault(
        "what an experiment measures",
        "dlbook/experiments/bias_variance.py",
        replace("kept = s > 1e-15 * s[0]", "kept = s > 0.2 * s[0]"),
        f"{PYTEST} tests/experiments/test_bias_variance.py -k scipy",
        "test_random_features_are_least_squares_by_scipy",
    ),
    Fault(
        "how far a convolution sees",
        "dlbook/experiments/convolution.py",
        replace("apart *= stage.stride", "apart += stage.stride - 1"),
        f"{PYTEST} tests/experiments/test_convolution.py -k receptive",
        "test_receptive_fields_of_lenet",
    ),
    Fault(
        "published count of a net",
        "dlbook/scratch/architectures/branched.py",
        replace('"3b": (128, 128, 192, 32, 96, 64)', '"3b": (128, 128, 192, 32, 96, 65)'),
        f"{PYTEST} tests/experiments/test_deep_cnns.py -k published_counts",
        "GoogLeNet",
    ),
    Fault(
        "way back through a state",
        "dlbook/scratch/recurrent/plain.py",
        replace("(1 - h * h)", "(1 - h)"),
        f"{PYTEST} tests/concepts/test_recurrent.py -k 'twins or differences'",
        "FAILED",
    ),
    Fault(
        "gates of an LSTM that change places",
        "dlbook/scratch/recurrent/long_short.py",
        replace("c = f * c + i * g", "c = i * c + f * g"),
        f"{PYTEST} tests/concepts/test_recurrent.py -k 'twins or gates_shut'",
        "FAILED",
    ),
    Fault(
        "negative that is no negative",
        "dlbook/scratch/embedding/prediction.py",
        replace("delta[:, 0] -= 1", "delta[:, 0] -= 0"),
        f"{PYTEST} tests/concepts/test_embedding.py -k 'finite_differences or pmi'",
        "FAILED",
    ),
    Fault(
        "padding that counts in a mean",
        "dlbook/scratch/text/ids.py",
        replace("np.maximum(mask.sum(axis=1, keepdims=True), 1)", "mask.shape[1]"),
        f"{PYTEST} tests/concepts/test_text.py -k 'masked_mean or more_padding'",
        "FAILED",
    ),
    Fault(
        "nucleus with one token too few",
        "dlbook/scratch/generation/sampling.py",
        replace("np.cumsum(sorted_p, axis=-1) - sorted_p", "np.cumsum(sorted_p, axis=-1)"),
        f"{PYTEST} tests/concepts/test_generation.py -k 'top_p or nucleus'",
        "FAILED",
    ),
    Fault(
        "scores divided by the width and not by its root",
        "dlbook/scratch/attention/dot.py",
        replace("1 / math.sqrt(query.shape[-1])", "1 / query.shape[-1]"),
        f"{PYTEST} tests/concepts/test_attention.py -k 'twins or hand'",
        "FAILED",
    ),
    Fault(
        "cache that forgets where it was",
        "dlbook/scratch/transformer/language.py",
        replace("past = 0 if cache[0] is None else cache[0][0].shape[2]", "past = 0"),
        f"{PYTEST} tests/concepts/test_transformer.py -k cache",
        "test_the_cache_gives_the_same_numbers_as_without_it",
    ),
    Fault(
        "letter without a row in the notation",
        "dlbook/concepts.toml",
        replace("symbol = '\\mathbb{R}'", "symbol = '\\mathbb{Q}'"),
        f"{PYTEST} tests/book/test_notation.py",
        "mathbbR",
    ),
    Fault(
        "symbol that a formula has and its card has not",
        "dlbook/site/letters.py",
        replace("if head[0] != letter:", "if head != (letter, scripts):"),
        f"{PYTEST} tests/book/test_glossary.py -k rows",
        "FAILED",
    ),
    Fault(
        "copied formula that is another",
        "_build/html/_static/words/chapters-10_optimizers.js",
        replace("u_t = \\\\mu\\\\, u", "u_t = \\\\nu\\\\, u"),
        f"{PYTEST} tests/browser/test_words.py -k copy_latex",
        "test_a_selection_and_the_button_copy_latex",
    ),
    Fault(
        "promise that no exercise keeps",
        "chapters/20_recurrent.ipynb",
        replace("#exercise-recurrent-through-time", "#exercise-recurrent-through-space"),
        f"{PYTEST} tests/book/test_language.py -k promises",
        "exercise-recurrent-through-space",
    ),
    Fault(
        "gates that the page computes otherwise",
        "dlbook/explore/gates.js",
        replace("o * Math.tanh(c)", "o * c"),
        f"{PYTEST} tests/book/test_typed.py",
        "FAILED",
    ),
    Fault(
        "number of an explorer in Python",
        "dlbook/explorers/preprocessing.py",
        replace("condition, spread, left = curvature[1] / curvature[0]", "condition, spread, left = curvature[1]"),
        f"{PYTEST} tests/book/test_explorers.py -k preprocessing",
        "FAILED",
    ),
    Fault(
        "code that the page hides",
        CHAPTER,
        replace('"source_hidden": true', '"source_hidden": false'),
        f"{PYTEST} tests/book/test_notebooks.py",
        "its code would be shown",
    ),
    Fault("outputs", CHAPTER, with_output, f"{PYTEST} tests/book/test_notebooks.py", "outputs"),
    Fault(
        "claim",
        CHAPTER,
        replace("assert max(gaps) < 1e-12", "assert max(gaps) > 1"),
        f"{PYTEST} --nbval-lax {CHAPTER}",
        "AssertionError",
    ),
    Fault(
        "code of a measured table",
        "dlbook/experiments/vanishing_gradients.py",
        replace("WIDTH = 64", "WIDTH = 63"),
        "python tools/measure.py --check",
        "was measured with other code than there is now",
    ),
    Fault(
        "solution",
        "dlbook/exercises/metrics.py",
        replace("np.sum((y_true == i) & (y_pred == j))", "np.sum((y_true == i) & (y_pred != j))"),
        f"{PYTEST} tests/book/test_exercises.py",
        "FAILED",
    ),
    Fault(
        "coded mistake that is none",
        "dlbook/exercises/convolution.py",
        replace('_conv_back(add="=")', '_conv_back(add="+=")'),
        f"{PYTEST} tests/book/test_exercises.py -k conv_back",
        "the last weight wins",
    ),
    Fault(
        "number of a worked solution",
        "dlbook/exercises/metrics.py",
        replace("\\\\mathbf{0.03}", "\\\\mathbf{0.04}"),
        f"{PYTEST} tests/book/test_exercises.py -k worked_solution",
        "lazy_doctor",
    ),
    Fault(
        "what wrong answers have in common",
        "dlbook/practise/patterns.py",
        replace("[1 / k for k in n]", "[1 / k**2 for k in n]"),
        f"{PYTEST} tests/book/test_checker.py -k one_rule",
        "differs in",
    ),
    Fault(
        "one array in two arguments",
        "dlbook/practise/sandbox.py",
        replace("tuple(copy.deepcopy(arg) for arg in args)", "copy.deepcopy(args)"),
        f"{PYTEST} tests/book/test_checker.py -k same_array",
        "FAILED",
    ),
    Fault(
        "NumPy patched by an answer",
        "dlbook/practise/sandbox.py",
        replace("        setattr(module, name, value)\n", "        pass\n"),
        f"{PYTEST} tests/book/test_checker.py -k patch",
        "FAILED",
    ),
    Fault(
        "data",
        "dlbook/data/provenance.toml",
        replace('sha256 = "', 'sha256 = "0'),
        f"{PYTEST} tests/book/test_data.py",
        "sha256",
    ),
    Fault(
        "alt text",
        "dlbook/figures/__init__.py",
        replace('role="img"', 'role="figure"'),
        f"{PYTEST} tests/book/test_figures.py",
        "test_alt_text",
    ),
    Fault(
        "module of the explorer",
        "dlbook/explore/writing.js",
        replace('round(value, "toFixed", digits)', 'round(value, "toFixed", digits + 1)'),
        "node --test tests/node/*.test.mjs",
        "fail",
    ),
    Fault(
        "question to a kernel",
        "dlbook/explore/machine.js",
        replace("serial !== state.serial || !state.busy", "!state.busy"),
        "node --test tests/node/machine.test.mjs",
        "fail",
    ),
    Fault(
        "mark without a script",
        "dlbook/explore/marks/index.js",
        replace("area, band,", "area,"),
        f"{PYTEST} tests/book/test_explorer_shell.py",
        "test_a_mark_is_one_class_and_one_script",
    ),
    Fault(
        "picture beside the control on a phone",
        "_build/html/_static/book.css",
        replace("max-height:50svh;position:sticky", "max-height:50svh;position:static"),
        f"{PYTEST} tests/browser/test_explorers_on_a_phone.py -k metrics",
        "is seen while",
    ),
    Fault(
        "pictures beside the control on a laptop",
        "_build/html/_static/book.css",
        replace("max-height:66svh;", ""),
        f"{PYTEST} tests/browser/test_explorers.py -k 'laptop and metrics'",
        "is seen while",
    ),
    Fault(
        "anchor",
        "_build/html/chapters/01_metrics.html",
        replace('id="metrics.precision"', 'id="metrics.precisely"'),
        f"{PYTEST} tests/book/test_links.py",
        "metrics.precision",
    ),
    Fault(
        "reference in the book",
        "intro.md",
        append("\nSee [nothing](#no.such.concept).\n"),
        "python tools/build_book.py",
        "no.such.concept",
    ),
    Fault(
        "formula",
        "intro.md",
        append("\n$$\\frac{1}$$\n"),
        "python tools/build_book.py",
        "KaTeX",
    ),
    Fault(
        "console",
        "_build/html/_static/page.js",
        append('\nconsole.error("planted");'),
        OPEN_INTRO,
        "planted",
    ),
    Fault(
        "other site",
        INTRO,
        in_body('<img alt="" src="https://example.org/pixel.png">'),
        OPEN_INTRO,
        "example.org",
    ),
    Fault(
        "width",
        INTRO,
        in_body('<div style="width: 2000px">wide</div>'),
        OPEN_INTRO,
        "wider than the window",
    ),
    Fault("weight", INTRO, random_bytes, OPEN_INTRO, "<= 300000"),
    Fault(
        "blocking request",
        INTRO,
        replace("</head>", '<script src="_static/page.js?again"></script></head>'),
        OPEN_INTRO,
        "again",
    ),
    Fault(
        "layout shift",
        INTRO,
        in_body(
            "<style>@keyframes late { to { margin-top: 400px } } h1 { animation: late 1ms 250ms forwards }</style>"
        ),
        OPEN_INTRO,
        "AssertionError",
    ),
    Fault(
        "policy",
        INTRO,
        replace("default-src 'self'", "default-src *"),
        f"{PYTEST} tests/book/test_policy.py",
        "test_a_page_carries_its_policy[intro]",
    ),
    Fault(
        "bill of materials",
        "tools/make_sbom.py",
        replace('"excluded"', '"left out"'),
        "python tools/make_sbom.py",
        "left out",
    ),
    Fault(
        "licence",
        "_build/html/reference/licences.html",
        replace("katex", "another"),
        f"{PYTEST} tests/book/test_licences.py",
        "test_every_package_in_the_bundles_is_listed",
    ),
    Fault(
        "Python from another site",
        "dlbook/site/python.py",
        replace("hashlib.sha256((KNOWN / name)", "hashlib.sha256((KNOWN / CORE[0])"),
        f"{PYTEST} tests/book/test_policy.py -k held",
        "test_what_another_site_sends",
    ),
    Fault("axe", INTRO, in_body("<button></button>"), OPEN_INTRO, "button-name"),
    Fault(
        "keyboard",
        INTRO,
        in_body('<div inert><a href="#main">out of reach</a></div>'),
        f"{PAGES} 'tab_reaches and intro'",
        "out of reach</a>",
    ),
    Fault(
        "print",
        "_build/html/reference/cheat_sheet.html",
        in_body('<div style="height: 3000px">long</div>'),
        f"{PYTEST} tests/browser/test_print.py",
        "FAILED",
    ),
    Fault(
        "number in an explorer",
        "_build/html/_static/explorers/metrics.js",
        wrong_recall,
        f"{PYTEST} tests/book/test_explorer_pages.py -k 'numbers_are and metrics'",
        "FAILED",
    ),
    Fault(
        "kernel of an explorer",
        "dlbook/explore/explorer.py",
        replace("widget.on_msg(on_message)", "pass"),
        f"{PYTEST} tests/browser/test_jupyterlab.py -k 02_activations",
        "Timeout",
    ),
    Fault(
        "stale output in the page",
        "dlbook/live/state.js",
        replace('toggleAttribute("data-stale", stale &&', 'toggleAttribute("data-stale", false &&'),
        f"{LIVE} 'edit_run'",
        "data-stale",
    ),
    Fault(
        "what was solved before",
        "dlbook/live/state.js",
        replace("if (isSolved(cell) && !cell.touched)", "if (false)"),
        f"{LIVE} 'solved_says'",
        "Edited: not yet run.",
    ),
    Fault(
        "dark paper",
        "_build/html/_static/page.js",
        replace('addEventListener("beforeprint"', 'addEventListener("beforeprinting"'),
        f"{PAGES} 'paper_is_white'",
        "test_paper_is_white",
    ),
    Fault(
        "search without storage",
        "_build/html/_static/search.js",
        lambda text: "localStorage.length;" + text,
        f"{PAGES} 'search_works_without_storage'",
        "test_search_works_without_storage",
    ),
    Fault(
        "files of the book on disk",
        "tools/make_offline.py",
        replace(', ".whl"}', "}"),
        f"{PYTEST} tests/book/test_offline.py",
        "test_every_file_that_python_fetches_is_one_of_them",
    ),
    Fault(
        "order of what is found",
        "dlbook/site/find.js",
        replace("[...exact, ...headings, ...near]", "[...near, ...whole]"),
        f"{PYTEST} tests/book/test_search.py -k own_section",
        "test_a_concept_has_its_own_section_first",
    ),
    Fault(
        "files of the wheel",
        "pyproject.toml",
        replace('"**/*.js", ', ""),
        f"{PYTEST} tests/book/test_wheel.py",
        "dlbook/explore/",
    ),
    Fault(
        "names of a cell",
        "dlbook/live/names.py",
        replace('startswith("STORE_")', 'startswith("SAVE_")'),
        f"{PYTEST} tests/book/test_names.py",
        "FAILED",
    ),
    Fault(
        "cells that a cell needs",
        "dlbook/live/needs.js",
        replace("if (binds) break;", ""),
        "node --test tests/node/*.test.mjs",
        "fail",
    ),
    Fault(
        "one rule of merging",
        "dlbook/practise/keep.js",
        replace("theirs.last || ours.last", "ours.last || theirs.last"),
        "node --test tests/node/*.test.mjs",
        "fail",
    ),
    Fault(
        "what is due",
        "dlbook/practise/repeat.js",
        replace("later(on, DAYS[box - 1]) <= day", "later(on, DAYS[box - 1]) < day"),
        "node --test tests/node/live.test.mjs",
        "fail",
    ),
    Fault(
        "circle of imports",
        "dlbook/practise/progress.py",
        append("\n\ndef all_of_them():\n    from dlbook.exercises import all_exercises\n"),
        f"{PYTEST} tests/book/test_imports.py",
        "these need each other",
    ),
    Fault(
        "all chapters at the first check",
        "dlbook/exercises/__init__.py",
        replace("for slug in likely(id):", "for slug in reversed(likely(id)):"),
        f"{PYTEST} tests/book/test_checker.py -k imports_one",
        "FAILED",
    ),
    Fault(
        "verdict in the page",
        "dlbook/practise/answers.js",
        replace('value > answer ? "large"', 'value < answer ? "large"'),
        f"{PYTEST} tests/book/test_answers.py -k gradient_descent",
        "too small",
    ),
    Fault(
        "edits are kept",
        "dlbook/practise/keep.js",
        replace("else localStorage.setItem(key, text);", ""),
        f"{LIVE} 'edits_survive'",
        "mine",
    ),
    Fault(
        "eval in the page",
        "dlbook/live/worker.js",
        append('\nnew Function("return 1")();\n'),
        f"{LIVE} 'strict_policy'",
        "FAILED",
    ),
    Fault(
        "a link that lands off its place",
        "_build/html/_static/book.css",
        append("\n:target{scroll-margin-top:-120px}"),
        f"{PYTEST} tests/browser/test_anchors.py -k 'every_anchor and 08_backpropagation'",
        "AssertionError",
    ),
    Fault(
        "a measured cell without its source",
        "_build/html/chapters/10_optimizers.html",
        replace(' data-source="measured:', ' data-lost="measured:'),
        f"{PYTEST} tests/browser/test_folds.py -k 'every_measuring and 10_optimizers'",
        "AssertionError",
    ),
    Fault(
        "a torn formula in a chapter",
        "_build/html/chapters/08_backpropagation.html",
        in_body("<pre>$egin{array}{ll}</pre>"),
        f"{PYTEST} tests/book/test_links.py -k 'torn and 08_backpropagation'",
        "AssertionError",
    ),
    Fault(
        "weight of a page that has not run",
        "dlbook/live/start.js",
        append(f'\nwindow.ballast = "{os.urandom(4_000).hex()}";\n'),
        f"{LIVE} 'grows_little and metrics'",
        "5000",
    ),
    Fault(
        "Python before it is asked for",
        "dlbook/live/cells.js",
        append("\npython.start();\n"),
        f"python tools/build_book.py && {PAGES} 'quiet and metrics'",
        "python.js",
    ),
    Fault(
        "a book that carries its own Python",
        "dlbook/site/python.py",
        replace('return "_static/pyodide/"', "return CDN"),
        f"{LIVE} 'first_run'",
        "FAILED",
    ),
    Fault(
        "a worker that ends",
        "dlbook/live/python.js",
        replace("  watch(mine, name);\n", ""),
        f"{LIVE} 'killed_worker'",
        "Timeout",
    ),
    Fault(
        "answers that a reader wanted off the paper",
        "_build/html/_static/book.css",
        replace("html[data-answers=none]", "html[data-answers=no]"),
        f"{PAPER} 'reader_chose'",
        "FAILED",
    ),
    Fault(
        "link that leads nowhere in the PDF",
        "tools/one_page.py",
        replace('"#{there}:{place}"', '"#{there}/{place}"'),
        f"{PAPER} 'links_lead'",
        "FAILED",
    ),
    Fault(
        "students' edition",
        "dlbook/teach/editions.py",
        replace("lambda exercise: [task(exercise)])", "lambda exercise: [task(exercise), answers(exercise)])"),
        f"{PYTEST} tests/book/test_class.py -k students_edition",
        "tells_no_hint",
    ),
    Fault(
        "grader",
        "dlbook/teach/grade.py",
        replace('right = said["verdict"] == RIGHT', 'right = said["verdict"] != ERROR'),
        f"{PYTEST} tests/book/test_class.py -k usual_mistake_gets",
        "verdict='wrong'",
    ),
    Fault(
        "slides",
        "dlbook/teach/slides.py",
        replace('"dlbook-figure" in', '"dlbook-figure" not in'),
        f"{PYTEST} tests/book/test_slides.py -k 'deck and metrics'",
        "AssertionError",
    ),
    Fault(
        "syllabus",
        "dlbook/teach/syllabus.py",
        replace("chapters[start:end]) ** 2", "chapters[start:end])"),
        f"{PYTEST} tests/book/test_syllabus.py",
        "the_stated_band",
    ),
    Fault(
        "link to report a mistake",
        "dlbook/site/report.py",
        replace("if not repository:", 'if repository == "none":'),
        f"{PYTEST} tests/book/test_cite.py",
        "without_a_repository",
    ),
    Fault(
        "a downloaded notebook that names another wheel",
        "_build/html/_sources/chapters/14_convolution.ipynb",
        replace('.whl\\", \\"', '.whl\\", \\"0'),
        f"{PYTEST} tests/book/test_copy_pages.py -k names_the_wheel",
        "14_convolution",
    ),
    Fault(
        "a picture that an explorer no longer draws",
        "dlbook/explore/stills/bayes.svg",
        replace("healthy", "sick"),
        f"{PYTEST} tests/book/test_stills.py -k bayes",
        "run python tools/stills.py",
    ),
]


def copy_project(target: Path) -> None:
    """What git knows or would take, the built book, and links to what was installed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for name in ("_build", ".cache"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, symlinks=True)
    for name in (".venv", "node_modules"):
        (target / name).symlink_to(ROOT / name)


def run(command: str, folder: Path) -> tuple[int, str]:
    """Exit status and everything that was said; the copy's dlbook comes before the installed one."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"}
    with tempfile.TemporaryFile("w+") as said:  # a file, since a child that stays behind would hold a pipe open
        try:
            code = subprocess.run(
                command, shell=True, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT, timeout=600
            ).returncode
        except subprocess.TimeoutExpired:
            code = 124
        said.seek(0)
        return code, said.read()


def try_fault(fault: Fault, folder: Path, passed: set[str]) -> str:
    """An empty text if the fault was noticed, else what went wrong."""
    if fault.command not in passed:
        code, said = run(fault.command, folder)
        if code:
            return f"is red without any fault (exit {code}):\n{said[-2000:]}"
        passed.add(fault.command)
    path = folder / fault.file
    before = path.read_bytes()
    try:
        path.write_text(fault.change(before.decode()), encoding="utf-8")
    except ValueError as error:
        return f"could not be planted: {error}"
    try:
        code, said = run(fault.command, folder)
    finally:
        path.write_bytes(before)
        if "build_book.py" in fault.command:
            run("python tools/build_book.py", folder)  # the next fault finds pages without this one
    if code == 0:
        return "was not noticed"
    return "" if fault.says in said else f"failed without saying {fault.says!r}:\n{said[-2000:]}"


def main(words: list[str]) -> int:
    chosen = [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]
    blind, passed = 0, set()
    with tempfile.TemporaryDirectory() as folder:
        copy_project(Path(folder))
        for fault in chosen:
            problem = try_fault(fault, Path(folder), passed)
            blind += bool(problem)
            print(f"{'BLIND' if problem else 'red  '}  {fault.name}  ({fault.command}) {problem}", flush=True)
    print(f"{len(chosen) - blind} of {len(chosen)} planted faults were noticed")
    return bool(blind)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
