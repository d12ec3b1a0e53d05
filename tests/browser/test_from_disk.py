"""What `make offline` makes, opened from disk: a cell runs and gets its weights, though nothing can be fetched."""

from live_cells import Cell
from make_offline import offline

CHAPTER = "chapters/16_visualization.html"


def test_a_cell_runs_from_disk_with_its_weights(visit, folder_html, tmp_path):
    folder = offline(folder_html, tmp_path / "Bücher und Hefte")
    with visit() as v:
        v.goto((folder / CHAPTER).as_uri())
        cell = Cell(v.page, "setup").run("from dlbook import data\nprint(len(data.weights('squeezenet11')))")
        assert cell.output == "52", cell.output
