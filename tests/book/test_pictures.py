"""The pixels of a figure leave the page: the file holds the same ones, and stands where they stood."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from dlbook.figures import Figure
from dlbook.site import pictures

PIXELS = np.linspace(0, 1, 12).reshape(3, 4)


def drawn() -> str:
    figure = Figure(alt="Twelve pixels.")
    with figure.panel() as ax:
        ax.imshow(PIXELS, cmap="gray", vmin=0, vmax=1, interpolation="none")
    return figure._repr_html_()


def test_a_page_loads_the_pixels_of_a_figure_from_a_file(tmp_path):
    before = drawn()
    after = pictures.apart(before, tmp_path, "../_static/pictures")
    assert "data:image/png" in before and "data:image" not in after
    (name,) = re.findall(r'<img src="\.\./_static/pictures/(\w+\.webp)" alt="" loading="lazy">', after)
    png = base64.b64decode(re.search('base64,([^"]+)"', before)[1])
    wanted, got = (np.asarray(Image.open(io.BytesIO(file))) for file in (png, (tmp_path / name).read_bytes()))
    assert len(np.unique(got)) == PIXELS.size and np.array_equal(got[..., :3], wanted[..., :3])


def test_the_pixels_stand_where_they_stood(tmp_path):
    matrix, place = (
        r"matrix\(([\d.]+) 0 0 ([\d.]+) ([\d.]+) ([\d.]+)\)",
        r'x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"',
    )
    across, down, left, top = map(float, re.search(matrix, drawn()).groups())
    after = pictures.apart(drawn(), tmp_path, "")
    x, y, width, height = map(float, re.search(f"<foreignObject {place}", after).groups())
    assert (x, y) == (left, top) and np.allclose([width, height], [4 * across, 3 * down], atol=0.01)


def test_pictures_that_no_page_names_are_removed_and_missing_ones_named(tmp_path):
    folder = tmp_path / "_static" / pictures.FOLDER
    page = pictures.apart(drawn(), folder, "_static/pictures")
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    (folder / "old.webp").write_bytes(b"")
    pictures.keep(tmp_path)
    (file,) = folder.iterdir()
    file.unlink()
    with pytest.raises(RuntimeError, match=file.name):
        pictures.keep(tmp_path)
