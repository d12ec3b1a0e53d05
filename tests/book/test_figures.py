"""Figures: an alt text always, the reader's colours, no clash of ids between two figures of one page."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from dlbook import figures


def draw(alt="A straight line.", y=(0, 1), **options):
    figure = figures.Figure(alt, **options)
    with figure.panel(title="rise", xlabel="x", ylabel="y") as ax:
        ax.plot([0, 1], y, label="line")
        ax.fill_between([0, 1], [0, 1], alpha=0.2)
    return figure


def test_alt_text_is_needed_and_shown():
    with pytest.raises(ValueError, match="alt must say in words what the figure shows"):
        figures.Figure(alt=" ")
    assert 'role="img" aria-label="Less &lt; more."' in draw(alt="Less < more.")._repr_html_()


def test_colours_are_the_readers():
    html = draw()._repr_html_()
    for colour, variable in figures.VARIABLES.items():
        bare = re.sub(rf"var\({variable}, {colour}\)", "", html.split("</style>")[-1])
        assert colour not in bare
    assert "var(--dl-c0, #1a4a9c)" in html and "<style" not in html.split("<figure")[-1]
    assert set(re.findall(r"#[0-9a-f]{6}\b", html.split("<figure")[-1])) <= figures.VARIABLES.keys()


def test_text_stays_text():
    figure = figures.Figure(alt="One word.")
    with figure.panel(title="0.8571") as ax:
        ax.plot([0, 1 / 3])
    assert ">0.8571</text>" in figure._repr_html_()
    assert not re.search(r' d="[^"]*\d\.\d{3}', figure._repr_html_())  # but coordinates are short


def test_two_figures_share_no_id():
    ids = [re.findall(r'\bid="([^"]+)"', figure._repr_html_()) for figure in (draw(), draw(y=(1, 0)))]
    assert ids[0] and not set(ids[0]) & set(ids[1])
    assert len(set(ids[0])) == len(ids[0])
    html = draw()._repr_html_()
    for target in re.findall(r"url\(#([^)]+)\)", html):
        assert f'id="{target}"' in html


def test_what_draws_nothing_is_left_out():
    html = draw()._repr_html_()
    named = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', html))
    assert set(re.findall(r'\bid="([^"]+)"', html)) == named != set()
    assert not re.search(r'rotate\(-?0 |style="fill: none"/>|>\s+<[^/]|<g></g>', html)
    assert not re.search(r' d="[^"]*(\d\.\d\d|\s[ML"])', html)


def test_panels_and_files(tmp_path):
    figure = draw()
    with figure.panel() as ax:
        ax.plot([0, np.nan, 1])
    files = figure.save(tmp_path / "line.svg")
    assert [file.name for file in files] == ["line-1.svg", "line-2.svg"]
    assert all(ET.parse(file).getroot().tag.endswith("svg") for file in files)


def test_drawing_leaves_no_trace_in_matplotlib():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    draw()
    assert dict(mpl.rcParams) == before


def test_saved_files_have_the_light_colours_of_the_stylesheet():
    css = (Path(figures.__file__).parents[1] / "dlbook.css").read_text(encoding="utf-8")
    light = css[css.index(":root {") : css.index("}")]
    for colour, variable in figures.VARIABLES.items():
        assert f"{variable}: {colour};" in light
