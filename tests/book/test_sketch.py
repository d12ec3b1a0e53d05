"""What the page computes of a reader's drawing, without Python, is what Python computes of the same picture."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from dlbook.explore.explorer import Choice, Sketch
from dlbook.explore.grid import control
from dlbook.explorers import convolution

NODE = Path(__file__).parents[1] / "node" / "sketched.mjs"


def drawings():
    rng = np.random.default_rng(0)
    yield np.zeros((16, 16))
    yield np.ones((16, 16))
    yield from (rng.integers(0, 2, (16, 16)).astype(float) for _ in range(30))


def settings(controls: list[dict], rng) -> dict:
    values = {c["name"]: c["values"][rng.integers(len(c["values"]))] for c in controls}
    return values | {"picture": convolution.DRAWN}


def test_a_drawing_is_convolved_in_the_page_as_in_numpy(monkeypatch):
    explorer, rng = convolution.explorer(), np.random.default_rng(1)
    monkeypatch.setattr(convolution, "convolved", convolution.convolved.__wrapped__)  # no answer for an older drawing
    questions, truths = [], []
    for cells in drawings():
        values = settings(explorer.spec["controls"], rng)
        text = np.packbits(cells.astype(bool)).tobytes().hex()
        questions.append({"frame": explorer.answer(values), "values": values, "drawing": text})
        with monkeypatch.context() as patch:
            patch.setattr(convolution, "small", lambda _, cells=cells: convolution.WHITE * cells)
            truths.append(convolution.state(**values))
    question = json.dumps({"sketch": explorer.spec["sketch"], "questions": questions})
    answer = subprocess.run(["node", NODE], input=question, capture_output=True, text=True, check=True)
    for shown, truth in zip(json.loads(answer.stdout), truths, strict=True):
        for key, values in (shown["arrays"] | shown["numbers"]).items():
            got = np.array(values, dtype=float).reshape(np.shape(truth[key]))
            np.testing.assert_allclose(got, truth[key], atol=1e-12, err_msg=key)


def test_the_first_drawing_is_a_state_of_its_own():
    explorer = convolution.explorer()
    sketch, values = explorer.spec["sketch"], settings(explorer.spec["controls"], np.random.default_rng(2))
    frame = explorer.answer(values)
    question = json.dumps(
        {"sketch": sketch, "questions": [{"frame": frame, "values": values, "drawing": sketch["start"]}]}
    )
    answer = subprocess.run(["node", NODE], input=question, capture_output=True, text=True, check=True)
    (shown,) = json.loads(answer.stdout)
    for key, values in shown["arrays"].items():
        np.testing.assert_allclose(np.array(values, dtype=float), np.array(frame["arrays"][key]["values"], dtype=float))


@pytest.mark.parametrize(
    ("option", "start", "words"),
    [
        ("mine", np.ones((4, 4)), "must name an option of 'picture', one of ['a', 'yours']: got 'mine'"),
        ("yours", np.full((4, 4), 0.5), "start must hold 0 and 1"),
        ("yours", np.ones((3, 3)), "in whole bytes: got 9 cells"),
    ],
)
def test_a_sketch_that_cannot_be_is_named(option, start, words):
    controls = {"picture": control("picture", Choice("a", "yours"))}
    with pytest.raises(ValueError) as error:
        Sketch("picture", option, start, answers="convolution").spec(controls)
    assert words in str(error.value)
