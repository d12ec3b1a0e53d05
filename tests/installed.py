"""What the installed book must do without its checkout; `tools/try_wheel.py` runs this in a fresh environment.

No test may open a connection: data and weights come from the wheel.
"""

import json
import os
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest

import dlbook
from dlbook import concepts, data, exercises, explorers
from dlbook.data import nets, numbers, sentiment, texts, transformer, translators
from dlbook.explore.module import IMPORT, module
from dlbook.scratch import pretrained

PACKAGE = Path(dlbook.__file__).parent
DONE = [chapter for chapter in concepts.chapters() if chapter.done]


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    def refuse(*_):
        raise AssertionError("the installed book has asked for a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_this_is_the_installed_book():
    assert PACKAGE.parent == Path(sysconfig.get_path("purelib"))
    print(f"\nPython {sys.version.split()[0]}, NumPy {np.__version__}, dlbook {dlbook.__version__} in {PACKAGE}")


def test_every_file_of_data_and_every_net_loads(monkeypatch):
    read, path = set(), data._path
    monkeypatch.setattr(data, "_path", lambda file: read.add(file) or path(file))
    data._load.cache_clear()
    sets = [data.breast_cancer(), data.digits(), data.fashion_mnist("train"), data.mnist("test"), data.clipart()]
    sets += [texts.movie_reviews(), texts.names()]
    assert all(len(s.X) == len(s.y) > 400 for s in sets)
    assert data.photo("china").shape == data.photo("flower").shape == (3, 160, 160) and len(data.photos()) == 7
    assert len(texts.shakespeare()) > 500_000 and len(texts.glove()[0]) == 10_000 and len(texts.movie_ratings()) == 2
    assert len(data.imagenet_classes()) == 1000 and numbers.spell(21, "de") == "einundzwanzig"
    assert len(nets.shakespeare_lstm()[0]) == 75 and sentiment.learned() and transformer.transformer_weights()
    assert all(translators.translator_weights(net) for net in translators.NETS)
    assert pretrained.squeezenet(data.weights("squeezenet11"))(np.zeros((1, 3, 32, 32), np.float32)).shape == (1, 1000)
    trunk = pretrained.mobilenet_trunk(data.weights("mobilenetv2"))
    assert trunk(np.zeros((1, 3, 32, 32), np.float32)).shape == (1, 96, 2, 2)
    assert read == {file.name for file in (PACKAGE / "data").iterdir() if file.suffix in (".npz", ".json")}


@pytest.mark.parametrize("slug", explorers.slugs())
def test_an_explorer_shows_itself_as_in_jupyterlab(slug):
    shown, _ = getattr(explorers, slug).explorer()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown


def test_the_explorers_module_is_whole():
    assert "export default" in module() and not IMPORT.search(module())


@pytest.mark.parametrize("chapter", DONE, ids=lambda chapter: chapter.slug)
def test_a_chapter_is_carried_with_its_exercises(chapter):
    notebook = json.loads((PACKAGE / "chapters" / f"{chapter.notebook}.ipynb").read_text(encoding="utf-8"))
    source = "".join(line for cell in notebook["cells"] for line in cell["source"])
    cards = exercises.of_chapter(chapter.slug)
    assert cards and all(exercise.id in source for exercise in cards)
    assert "text/html" in cards[0]._repr_mimebundle_()


def test_the_command_line_answers(tmp_path):
    command = Path(sysconfig.get_path("scripts")) / "dlbook"
    exercise = exercises.find("metrics.spare_the_healthy")
    (tmp_path / "right.py").write_text(exercise.solution, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(exercise.mistakes[0].code, encoding="utf-8")
    environment = os.environ | {"DLBOOK_PROGRESS": str(tmp_path / "progress.json")}

    def says(*arguments):
        ran = subprocess.run([command, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert "Traceback" not in ran.stderr
        return ran.returncode, ran.stdout + ran.stderr

    assert says("check", exercise.id, "right.py")[0] == 0
    assert says("check", exercise.id, "wrong.py")[0] == 1
    assert says("check", exercise.id, "none.py")[0] == 2
    assert says("lab", "4", "mine", "--only-copy")[0] == 0 and len(list((tmp_path / "mine").iterdir())) == len(DONE)
    code, said = says("serve")
    assert code == 2 and "Name the folder or the zip" in said
