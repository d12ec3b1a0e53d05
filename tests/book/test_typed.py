"""What the page computes of a reader's text, without Python, is what Python computes of it."""

import json
import subprocess
from pathlib import Path

import numpy as np

from dlbook.data import texts
from dlbook.explorers import lstm, sentiment

NODE = Path(__file__).parents[1] / "node" / "typed.mjs"
OWN = [
    "", " ", "xyzzy", "!!!", "Don't stop -- it's a well-made film!", "ÄRGERLICH, naïve Ça va 12,50 €", "a_b __ (c)",
    "GOOD good Good", "bad " * 27, "film’s “quoted” …", "日本 film", "<b>good</b> & bad", "x" * 110, "İstanbul ß",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
]  # fmt: skip


def asked() -> list[dict]:
    """Sentences of our own and of critics, for both models."""
    some = texts.movie_reviews().X[np.random.default_rng(0).permutation(10_043)[:200]]
    return [{"sentence": s[:110], "model": m} for s in [*OWN, *some] for m in ("naive Bayes", "mean embedding")]


def held(explorer, state, start: dict, asked: list[dict]) -> None:
    """For each of these settings the page has Python's arrays, numbers and texts."""
    (control,) = [c for c in explorer.spec["controls"] if c["kind"] == "text"]
    base = explorer.answer(start)
    text = json.dumps({"control": control, "questions": [{"frame": base, "values": values} for values in asked]})
    answer = subprocess.run(["node", NODE], input=text, capture_output=True, text=True, check=True)
    for shown, values in zip(json.loads(answer.stdout), asked, strict=True):
        truth = state(**values)
        assert shown["arrays"].keys() | shown["numbers"].keys() | shown["texts"].keys() == truth.keys()
        for key, found in (shown["arrays"] | shown["numbers"]).items():
            got = np.array(found, dtype=float).reshape(np.shape(truth[key]))
            np.testing.assert_allclose(got, truth[key], atol=1e-9, err_msg=f"{values} {key}")
        for key, found in shown["texts"].items():
            assert (tuple(found) if isinstance(found, list) else found) == truth[key], (values, key)


def test_a_sentence_gets_in_the_page_what_it_gets_in_python():
    start = {"sentence": sentiment.SENTENCES[0], "model": "naive Bayes"}
    held(sentiment.explorer(), sentiment.state, start, asked())


SEQUENCES = [
    "", "no number", "0.5", "0.5*", "1 1 1* 1*", "-.5*,+.25, −0.75", "9 -9* 0.3", "0.1* " * 18, "1e3* 2.5.5",
    "0 *0.5 -- 3*", "0.123456789* -0.5", "٣ ½ 0.5*", "-0.5*-0.5*0.5",
]  # fmt: skip


def test_a_sequence_gets_in_the_page_what_it_gets_in_python():
    settings = [{"written": s, "bias": bias} for s in SEQUENCES for bias in (0, -3.0, 4.5)]
    held(lstm.explorer(), lstm.state, {"written": lstm.KEEP, "bias": 0}, settings)
