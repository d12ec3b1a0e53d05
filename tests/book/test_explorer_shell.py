"""The explorer shell without a browser: the grid and its compression, declarations and their errors, the colours."""

import base64
import dataclasses
import json
import re
import shutil
import subprocess
import sys
from graphlib import TopologicalSorter
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from dlbook.explore import explorer as shell
from dlbook.explore import grid, marks
from dlbook.explore.explorer import (
    Choice,
    Explorer,
    FreeText,
    Slider,
    contour,
    explore,
    handle,
    line,
    number,
    panel,
    path,
    points,
    rule,
    tables,
    text,
)
from dlbook.explore.module import module

EXPLORE = Path(shell.__file__).parent
X = np.linspace(-3, 3, 61)


def state(a, kind, b):
    """Something along every control, along one, along none; gaps, infinity, not-a-number; words."""
    wave = np.sin(X + a) if kind == "sine" else a * X
    gap = np.where(X > b, np.nan, X)
    return {
        "x": X, "wave": wave, "gap": gap, "cost": np.exp(a * X), "a_third": a / 3, "nothing": np.nan,
        "limit": np.inf if b > 0 else -np.inf, "verdict": "rising" if a > 0 else "falling <&>", "fixed": 7.0,
    }  # fmt: skip


def demo(of=state, **changes) -> Explorer:
    controls = {"a": Slider(-1, 1, 5, start=0.5, unit="m"), "kind": Choice("sine", "line"), "b": Slider(-2, 2, 3)}
    panels = (
        panel(line("x", "wave", label="the wave"), line("x", "gap"), handle(x="a"), ylim=(-3, 3)),
        panel(line("x", "cost"), yscale="log"),
    )
    given = {"slug": "demo", "title": "Demo", "alt": "A wave.", "says": "It is {verdict}, {a_third:.2f}."}
    given |= {"numbers": [number("a_third", "a third", "{a} / 3")], "presets": {"Flat": {"a": 0}}}
    return explore(of, *changes.pop("panels", panels), **given | controls | changes)


# ─── The grid ───────────────────────────────────────────────────────────────────────────────────────────────


def unpack(entry: dict, sizes: list[int], places: tuple[int, ...]):
    """What reading.js reads, written a second time."""
    levels = np.frombuffer(base64.b64decode(entry["data"]), "<u2")
    levels = levels.reshape([sizes[axis] for axis in entry["axes"]] + entry.get("shape", []))
    found = levels[tuple(places[axis] for axis in entry["axes"])]
    if "table" in entry:
        return np.array(entry["table"], dtype=object)[found]
    return np.where(found == grid.GAP, np.nan, entry["low"] + entry["step"] * found)


def every_state(payload: dict):
    controls = payload["controls"]
    sizes = [len(c["values"]) for c in controls]
    for places in product(*[range(size) for size in sizes]):
        values = {c["name"]: c["values"][place] for c, place in zip(controls, places, strict=True)}
        yield values, lambda group, key, at=places: unpack(payload["grid"][group][key], sizes, at)


def test_every_state_comes_back_from_the_payload():
    payload = json.loads(json.dumps(demo().payload()))
    half = {key: entry["step"] * 0.500001 for key, entry in payload["grid"]["arrays"].items()}
    assert max(half.values()) < 1e-4
    seen = 0
    for values, found in every_state(payload):
        true = state(**values)
        for key in ("x", "wave", "gap"):
            np.testing.assert_allclose(found("arrays", key), true[key], atol=half[key], rtol=0)
        np.testing.assert_allclose(found("arrays", "cost"), np.log10(true["cost"]), atol=half["cost"], rtol=0)
        assert found("numbers", "a_third") == true["a_third"], "numbers are exact"
        assert found("numbers", "nothing") is None
        assert found("numbers", "limit") == ("Infinity" if values["b"] > 0 else "-Infinity")
        assert found("texts", "verdict") == true["verdict"]
        seen += 1
    assert seen == 5 * 2 * 3


def test_what_does_not_change_along_a_control_is_not_stored_along_it():
    stored = demo().payload()["grid"]
    axes = {key: entry["axes"] for group in stored.values() for key, entry in group.items()}
    assert axes == {
        "x": [], "wave": [0, 1], "gap": [2], "cost": [0], "a_third": [0], "nothing": [], "limit": [2],
        "verdict": [0], "fixed": [],
    }  # fmt: skip
    assert len(stored["arrays"]["wave"]["data"]) == len(base64.b64encode(bytes(5 * 2 * 61 * 2)))


def test_equal_texts_are_stored_once():
    assert demo().payload()["grid"]["texts"]["verdict"]["table"] == ["falling <&>", "rising"]


def test_quantisation_keeps_the_ends_and_the_gaps():
    values = np.array([np.nan, -1e-3, 5.0, 1e6, np.nan])
    entry = grid.pack([{"v": values}], [])["arrays"]["v"]
    found = unpack(entry, [], ())
    assert np.array_equal(np.isnan(found), np.isnan(values))
    assert found[1] == values[1] and found[3] == pytest.approx(values[3], rel=1e-12)
    assert abs(found[2] - values[2]) <= entry["step"] / 2


@pytest.mark.parametrize("values", [np.full(3, np.nan), np.full(3, 2.5), np.zeros((2, 2))])
def test_arrays_without_a_range_survive(values):
    assert np.array_equal(unpack(grid.pack([{"v": values}], [])["arrays"]["v"], [], ()), values, equal_nan=True)


def test_what_is_not_finite_in_an_array_is_a_gap_and_a_logarithm_of_zero_too():
    framed = grid.frame({"v": [np.inf, -np.inf, np.nan, 1], "cost": [0, -1, 10, 100]}, {"cost"})
    assert np.array_equal(framed["v"], [np.nan, np.nan, np.nan, 1], equal_nan=True)
    assert np.array_equal(framed["cost"], [np.nan, np.nan, 1, 2], equal_nan=True)


def test_shapes_must_agree():
    with pytest.raises(
        ValueError, match=r"y must have one shape in all states \(pad with NaN\): got \(3,\) and \(4,\)"
    ):
        demo(
            lambda a, kind, b: {"x": X, "y": np.ones(4 if a > 0 else 3)}, panels=[panel()], numbers=[], says=""
        ).payload()


@pytest.mark.parametrize("extra", ["always", "later"])
def test_keys_must_agree(extra):
    def uneven(a, kind, b):
        return {"x": X} | ({"extra": 1.0} if (a > 0) == (extra == "later") else {})

    with pytest.raises(ValueError, match=r"state must always return the same keys: \['extra'\] are missing"):
        demo(uneven, panels=[panel()], numbers=[], says="").payload()


def test_what_is_written_out_travels_exactly():
    """Tables and graphs write their numbers: no level of a quantised array may stand in for them."""
    numbers = np.array([[1 / 3, np.nan], [1e-9, -1e9]])

    def tables_of(a):
        return {"v": a * numbers.ravel(), "n": ["one", "two" if a else "none"], "s": [[2, 2], [0, 0]], "l": np.zeros(4)}

    explorer = explore(
        tables_of, panel(tables("v", "n", "s", "l")), slug="t", title="", alt="", says="", a=Slider(0, 1, 2)
    )
    stored = json.loads(json.dumps(explorer.payload()))["grid"]
    found = unpack(stored["arrays"]["v"], [2], (1,))
    assert [None if np.isnan(v) else v for v in numbers.ravel()] == found.tolist()
    assert stored["arrays"]["s"]["axes"] == [] and stored["arrays"]["l"]["shape"] == [4]
    assert stored["texts"]["n"]["table"] == [["one", "none"], ["one", "two"]]
    assert json.loads(json.dumps(explorer.answer({"a": 1})))["texts"] == {"n": ["one", "two"]}


def test_the_budget_holds():
    noise = np.random.default_rng(0)
    heavy = demo(lambda a, kind, b: {"x": noise.normal(size=10_000)}, panels=[panel()], numbers=[], says="")
    with pytest.raises(ValueError, match=r"'demo' weighs \d{3},\d{3} bytes gzipped, at most 250,000 are allowed"):
        heavy.payload()


def test_a_payload_of_the_size_of_chapter_04_fits():
    """7 × 7 starts × 11 rates × 2 surfaces; a path of 41 points and a cost of 41, as rough as a diverging run."""

    def descent(x, y, lr, surface):
        curvature = np.array([1.0, 0.3]) if surface == "bowl" else np.array([0.7, 0.1])
        way = np.array([x, y]) * (1 - lr * curvature) ** np.arange(41)[:, None]
        return {"path": np.where(np.abs(way) > 12, np.nan, way), "step": np.arange(41), "cost": way**2 @ curvature}

    chapter = explore(
        descent, panel(path("path"), xlim=(-9, 9), ylim=(-9, 9)), panel(line("step", "cost"), yscale="log"),
        slug="size", title="Size", alt="…", says="", x=Slider(-9, 9, 7), y=Slider(-9, 9, 7),
        lr=Slider(0.01, 2.2, 11), surface=Choice("bowl", "other"),
    )  # fmt: skip
    gzipped = grid.weight(chapter.payload())
    print(f"chapter 04's size: {gzipped:,} bytes gzipped")
    assert 20_000 < gzipped < shell.BUDGET


# ─── Controls ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_slider_spaces_its_values():
    assert Slider(0, 1, 5).options() == [0, 0.25, 0.5, 0.75, 1]
    assert Slider(0.01, 100, 5, log=True).options() == [0.01, 0.1, 1, 10, 100]
    assert Slider(values=(0, 3, 4)).options() == [0, 3, 4]
    assert Slider(0, 1, 4).options()[1] == 0.333333, "six digits: the reader sees the value that was computed"


def test_a_control_starts_at_one_of_its_values():
    assert grid.control("a", Slider(0, 1, 5, start=0.75)) == {
        "name": "a", "label": "a", "kind": "slider", "values": [0, 0.25, 0.5, 0.75, 1], "unit": "",
        "stepper": False, "start": 3,
    }  # fmt: skip
    assert grid.control("third", Slider(0, 1, 4, start=1 / 3))["start"] == 1, "up to the six digits that are kept"
    assert grid.control("k", Choice("x", "y", start="y", label="which"))["start"] == 1


def test_a_text_is_written_by_the_reader_and_its_options_are_states():
    declared = grid.control("said", FreeText("a", "b", start="b", label="your text", most=9, answers="f", knows=[1]))
    assert declared == {
        "name": "said", "label": "your text", "kind": "text", "values": ["a", "b"], "unit": "", "stepper": False,
        "most": 9, "answers": "f", "knows": [1], "start": 1,
    }  # fmt: skip
    explorer = explore(
        lambda said: {"n": len(said)}, slug="t", title="", alt="", says="{said}", said=FreeText("one", "three")
    )
    assert unpack(explorer.payload()["grid"]["numbers"]["n"], [2], (1,)) == 5
    assert explorer.answer({"said": "of my own"})["numbers"] == {"n": 9.0}


def declaration(**changes):
    return lambda: demo(**changes)


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: explore(state, slug="s", title="t", alt="a", says=""), "needs at least one control"),
        (declaration(a=Slider(0, 1, 1)), r"a must have at least two values: got \[0.0\]"),
        (declaration(kind=Choice("sine", start="cosine", label="k")), "kind must have at least two values"),
        (declaration(kind=FreeText("sine", "a line", most=5)), "options must have at most 5 characters: got 6"),
        (declaration(kind=FreeText("sine")), r"kind must have at least two values: got \['sine'\]"),
        (declaration(kind=Choice("sine", "line", start="cosine")), r"kind must be one of \['sine', 'line'\]: got 'cos"),
        (declaration(presets={"P": {"c": 1}}), r"preset 'P' must name controls \['a', 'kind', 'b'\]: got \['c'\]"),
        (declaration(a=Slider(0, 1, 5, start=0.7)), r"a must be one of \[0.0, 0.25, 0.5, 0.75, 1.0\]: got 0.7"),
        (declaration(presets={"P": {"a": 0.3}}), r"a must be one of \[-1.0, -0.5, 0.0, 0.5, 1.0\]: got 0.3"),
        (declaration(presets={"P": {"kind": "x"}}), r"kind must be one of \['sine', 'line'\]: got 'x'"),
        (declaration(panels=[panel(line("x", "w"))]), r"line\(y=…\) must name a key of the state, one of .*: got 'w'"),
        (declaration(panels=[panel(handle(x="z"))]), r"handle\(x=…\) must name a control, one of .*: got 'z'"),
        (declaration(panels=[panel(rule(x="z"))]), r"rule\(x=…\) must name a key of the state"),
        (
            declaration(panels=[panel(points("x", "wave", color="z"))]),
            r"points\(color=…\) must name a key of .*: got 'z'",
        ),
        (declaration(panels=[panel(text(0, 0, "z"))]), r"text\(words=…\) must name a key of the state, .*: got 'z'"),
        (declaration(numbers=[number("z", "z")]), r"number\(…\) must name a key of the state, one of .*: got 'z'"),
        (declaration(numbers=[number("wave", "w")]), r"number\('wave'\) must be a number: got an array"),
        (declaration(says="{verdit}"), r"says must name keys of the state or controls, .*: got \['verdit'\]"),
        (declaration(numbers=[number("a_third", "a", "{c} / 3")]), r"the formula of 'a_third' must name .*got \['c'\]"),
        (lambda: panel(yscale="ln"), 'yscale must be "linear" or "log": got \'ln\''),
        (lambda: panel(xlim=(2, 1)), r"xlim must be two numbers, the lower first: got \(2, 1\)"),
        (lambda: panel(yscale="log", ylim=(0, 1)), "ylim must be positive on a logarithmic axis"),
    ],
)
def test_a_wrong_declaration_says_what_it_needs(declare, message):
    with pytest.raises(ValueError, match=message):
        declare()


# ─── Marks and the module ──────────────────────────────────────────────────────────────────────────────────


def test_a_mark_is_one_class_and_one_script_in_one_folder():
    folder = EXPLORE / "marks"
    named = {path.stem for path in folder.glob("[a-z]*.py")} - {"mark"}
    assert named == set(marks.__all__) == {path.stem for path in folder.glob("*.js")} - {"index"}
    shown = re.search(r"MARKS = \{([^}]*)\}", (folder / "index.js").read_text(encoding="utf-8"))[1]
    assert {name.strip() for name in shown.split(",") if name.strip()} == named
    assert {getattr(marks, name).__name__.lower() for name in named} == named


def test_what_a_mark_reads_are_fields_of_it():
    for name in marks.__all__:
        mark = getattr(marks, name)
        fields = {field.name for field in dataclasses.fields(mark)}
        assert {*mark.reads, *mark.moves} <= fields and {*mark.exact} <= {*mark.reads}, name


def test_the_module_for_jupyterlab_is_the_scripts_without_their_imports(tmp_path):
    (tmp_path / "explorer.mjs").write_text(module(), encoding="utf-8")
    script = "import('./explorer.mjs').then((m) => console.log(typeof m.default.render))"
    found = subprocess.run(["node", "-e", script], cwd=tmp_path, capture_output=True, text=True)
    assert found.stdout == "function\n", found.stderr


def test_scripts_are_short_and_their_imports_run_in_no_circle():
    scripts = [*EXPLORE.rglob("*.*js")]
    for script in scripts:
        lines = script.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 350 and max(map(len, lines)) <= 120, script.name
    imported = {script: re.findall(r' from "(\.[^"]+)"', script.read_text(encoding="utf-8")) for script in scripts}
    needs = {script: [(script.parent / name).resolve() for name in names] for script, names in imported.items()}
    TopologicalSorter(needs).prepare()  # raises a CycleError


# ─── Limits ─────────────────────────────────────────────────────────────────────────────────────────────────


def limits(explorer: Explorer, payload: str = "payload") -> list:
    return [(p["xlim"], p["ylim"]) for p in getattr(explorer, payload)()["panels"]]


def test_limits_hold_what_is_drawn():
    (x, y), (x_log, y_log) = limits(demo())
    assert x == x_log == [-3, 3] and y == [-3, 3], "as declared, else by the data"
    assert y_log[0] < -3 * np.log10(np.e) < 3 * np.log10(np.e) < y_log[1], "in powers of ten, with some air"
    declared = panel(line("x", "cost"), yscale="log", ylim=(0.01, 1000))
    assert limits(demo(panels=[declared]))[0][1] == pytest.approx([-2, 3])
    level = panel(line("x", "fixed_line"), contour("z", (-4, 8, 0, 2)))
    assert limits(
        demo(lambda a, kind, b: {"x": X, "fixed_line": 0 * X, "z": np.eye(3)}, panels=[level], numbers=[], says="")
    ) == [([-4, 8], [-0.1, 2.1])]


def test_limits_are_the_same_with_a_kernel():
    assert limits(demo(), "opening") == limits(demo())


# ─── Two hosts ──────────────────────────────────────────────────────────────────────────────────────────────


def test_where_a_kernel_answers_only_the_first_state_travels():
    calls = []

    def counted(**values):
        calls.append(values)
        return state(**values)

    explorer = demo(counted)
    calls.clear()
    opening = explorer.opening()
    assert len(calls) == 1 + 5 + 2 + 3, "one control at a time, to lay out the axes"
    start = {"a": 0.5, "kind": "sine", "b": -2.0}
    assert unpack(opening["grid"]["numbers"]["a_third"], [], ()) == 0.5 / 3
    np.testing.assert_allclose(unpack(opening["grid"]["arrays"]["wave"], [], ()), state(**start)["wave"], atol=1e-4)
    assert all(entry["axes"] == [] for group in opening["grid"].values() for entry in group.values())


def test_the_kernel_answers_between_the_points_of_the_grid():
    answer = json.loads(json.dumps(demo().answer({"a": 0.123, "kind": "line", "b": 0.7}), allow_nan=False))
    assert answer["arrays"]["wave"] == {"shape": [61], "values": (0.123 * X).tolist()}
    assert answer["arrays"]["gap"]["values"][-1] is None
    assert answer["numbers"] == {"a_third": 0.123 / 3, "nothing": None, "limit": "Infinity", "fixed": 7.0}
    assert answer["texts"] == {"verdict": "rising"}


def test_the_widget_answers_and_reports_errors():
    def fragile(a, kind, b):
        if a > 0.9:
            raise ZeroDivisionError("a is too large")
        return state(a, kind, b)

    sent = []
    widget = demo(fragile, a=Slider(-1, 0.5, 4)).widget()
    widget.send = sent.append
    for seq, a in ((1, 0.25), (2, 0.95)):
        widget._handle_custom_msg({"seq": seq, "values": {"a": a, "kind": "sine", "b": 0}}, [])
    assert sent[0]["seq"] == 1 and sent[0]["frame"]["numbers"]["a_third"] == 0.25 / 3
    assert sent[1] == {"seq": 2, "error": "ZeroDivisionError: a is too large"}
    widget.close()


def test_the_page_gets_its_own_mime_type_and_jupyterlab_a_widget(monkeypatch, capsys):
    monkeypatch.setenv("DLBOOK_STATIC", "1")
    bundle = demo()._repr_mimebundle_()
    assert bundle["text/plain"] == 'Explorer "Demo": A wave.'
    assert json.loads(bundle["application/vnd.dlbook.explorer+json"]) == json.loads(json.dumps(demo().payload()))
    monkeypatch.delenv("DLBOOK_STATIC")
    shown, _ = demo()._repr_mimebundle_()
    assert shown["text/plain"] == "Run this cell to move the explorer.", "in a notebook opened again"
    assert "A wave. Run this cell to move it." in capsys.readouterr().out, "the picture stands before it"
    assert "application/vnd.jupyter.widget-view+json" in shown and shell.MIME not in shown


def test_explorers_are_declared_without_anywidget():
    code = "import sys; sys.modules['anywidget'] = None; from dlbook.explore import explorer; print(explorer.Slider)"
    assert "Slider" in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_the_figure_of_a_page_has_its_first_picture_and_its_data():
    from dlbook.site.mime import figure

    html = figure(demo().payload())
    assert html.startswith('<figure class="explorer" data-explorer="demo">')
    assert html.count('role="img"') == 2 and "<svg" in html
    assert '<output class="says" aria-live="polite">It is rising, 0.17.</output>' in html
    assert f'data-value="{0.5 / 3}">0.167</span>' in html, "numbers are there before any script has run"
    assert 'aria-valuetext="0.5 m"' in html
    data = re.search(r'<script type="application/json">(.*)</script>', html, re.S)[1]
    assert "<" not in data and json.loads(data) == json.loads(json.dumps(demo().payload()))


def test_the_states_lie_in_a_script_beside_the_page(tmp_path):
    from dlbook.site.mime import FOLDER, apart, figure

    first, other = figure(demo().payload()), figure(demo(slug="other").payload())
    page = apart(f"<p>before</p>{first}<p>between</p>{other}{first}<p>after</p>", tmp_path)
    still = first[: first.index("<script")] + "</figure>"
    assert page == f"<p>before</p>{still}<p>between</p>{still.replace('demo', 'other')}{still}<p>after</p>"
    assert apart(page, tmp_path) == page
    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == {"demo.js", "other.js"}
    script = "global.window = {}; for (const file of ['demo', 'other']) require(`./${file}.js`); "
    script += "console.log(JSON.stringify(window.dlbookExplorers))"
    found = subprocess.run(["node", "-e", script], cwd=tmp_path / FOLDER, capture_output=True, text=True, check=True)
    states = {slug: json.loads(json.dumps(demo(slug=slug).payload())) for slug in ("demo", "other")}
    assert json.loads(found.stdout) == states


def test_a_page_that_is_not_written_again_keeps_its_states(tmp_path):
    from dlbook.site.mime import FOLDER, apart, figure, keep_states

    static = tmp_path / "_static"
    (tmp_path / "page.html").write_text(apart(figure(demo().payload()), static), encoding="utf-8")
    apart(figure(demo(slug="of_a_page_that_has_gone").payload()), static)
    keep_states(tmp_path)
    assert [path.name for path in (static / FOLDER).iterdir()] == ["demo.js"]
    (static / FOLDER / "demo.js").unlink()
    with pytest.raises(RuntimeError, match=r"the states of the explorers \['demo'\] are gone: run `make clean book`"):
        keep_states(tmp_path)


def test_what_node_cannot_draw_fails_the_build():
    from dlbook.site.mime import figure

    payload = demo().payload()
    payload["panels"][0]["marks"][0]["mark"] = "spiral"
    with pytest.raises(RuntimeError, match="the explorer 'demo' could not be drawn"):
        figure(payload)


def test_a_missing_node_is_named(monkeypatch):
    from dlbook.site.mime import figure

    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match="node is missing"):
        figure(demo().payload())


# ─── Colours ────────────────────────────────────────────────────────────────────────────────────────────────

CSS = (EXPLORE.parent / "dlbook.css").read_text(encoding="utf-8")
LIGHT, *DARK = [
    dict(re.findall(r"--dl-(\w+): (#\w{6});", block)) for block in re.findall(r"\{([^{}]*--dl-c0:[^{}]*)\}", CSS)
]
SPOKEN = ["fg", "muted", "c0", "c1", "c2"]  # colours of text: verdicts and problems are c1 and c2, links c0


def rgb(colour: str) -> np.ndarray:
    """Linear light of #rrggbb, as WCAG 2.2 defines it."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """(L₁ + 0.05) / (L₂ + 0.05), the lighter above."""
    low, high = sorted(rgb(c) @ [0.2126, 0.7152, 0.0722] + 0.05 for c in (one, other))
    return high / low


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_both_dark_modes_are_one():
    assert len(DARK) == 2 and DARK[0] == DARK[1] and DARK[0].keys() == LIGHT.keys()


@pytest.mark.parametrize("mode", [LIGHT, DARK[0]], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["bg", "soft"])
def test_text_is_legible(mode, ground):
    ratios = {name: round(contrast(mode[name], mode[ground]), 2) for name in SPOKEN}
    print(ground, ratios)
    assert min(ratios.values()) >= 4.5, ratios


@pytest.mark.parametrize("mode", [LIGHT, DARK[0]], ids=["light", "dark"])
def test_what_is_drawn_stands_out(mode):
    ratios = {name: round(contrast(mode[name], mode["bg"]), 2) for name in mode if re.fullmatch(r"c\d", name)}
    assert len(ratios) == 6 and min(ratios.values()) >= 3, ratios


# What the colour-blind see, as linear maps of linear light: Machado, Oliveira & Fernandes (2009),
# "A Physiologically-based Model for Simulation of Color Vision Deficiency", table 1, severity 1.
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
LAB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def lab(light: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear light."""
    t = LAB @ np.clip(light, 0, 1) / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("mode", [LIGHT, DARK[0]], ids=["light", "dark"])
@pytest.mark.parametrize("eye", BLIND)
def test_the_first_three_colours_differ_to_the_colour_blind(mode, eye):
    """ΔE*₇₆ of at least 20, ten times what is just noticed; further colours always come with a shape or a dash."""
    seen = [lab(np.array(BLIND[eye]) @ rgb(mode[name])) for name in ("c0", "c1", "c2")]
    far = [np.linalg.norm(seen[i] - seen[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert min(far) >= 20, far


def test_the_scripts_hold_no_colours():
    scripts = [*EXPLORE.rglob("*.js"), *EXPLORE.glob("*.mjs"), *(EXPLORE.parent / "site").glob("*.js")]
    assert len(scripts) >= 20
    for script in scripts:
        assert re.findall(r"#(?:[0-9a-fA-F]{3}){1,2}\b", script.read_text(encoding="utf-8")) == [], script.name
