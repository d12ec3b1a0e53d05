"""theory.universal_approximation and theory.curse_of_dimensionality: their closed forms and laws.

Neither has a function in two rooms; what their chapter computes is held to outside oracles here.
"""

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbook.experiments import theory
from dlbook.scratch import gradcheck
from dlbook.scratch.graph import compute_graph

rng = np.random.default_rng(0)

# ─── theory.universal_approximation ─────────────────────────────────────────────────────────────────────────


@given(count=st.integers(1, 60), steepness=st.floats(4, 100))
def test_bumps_share_out_every_point(count, steepness):
    """Steps up and down cancel but for the first and the last: the bumps sum to one on the whole interval."""
    total = theory.bumps(theory.INSIDE, count, steepness).sum(axis=1)
    np.testing.assert_allclose(total, 1, atol=2 * np.exp(-2 * 4))
    assert theory.bumps(theory.INSIDE, count, steepness).min() >= 0


def test_a_bump_is_two_sigmoids():
    x = np.linspace(-1, 2, 31)
    one = theory.bumps(x, 5, 20)[:, 2]
    expected = scipy.special.expit(100 * (x - 0.4)) - scipy.special.expit(100 * (x - 0.6))
    np.testing.assert_allclose(one, expected, atol=1e-14)


@given(count=st.integers(1, 80), slope=st.floats(-5, 5), height=st.floats(-3, 3))
def test_the_error_of_steps_is_at_most_half_a_step(count, slope, height):
    """|f(x) − f(middle)| ≤ L / (2n) for a function of slope at most L; a straight line reaches it."""
    line = lambda x: slope * x + height
    error = theory.largest_error(line, theory.approximate(line, count, steepness=2000))
    assert error <= abs(slope) / (2 * count) + 1e-9 * abs(height) + 1e-12


@settings(max_examples=20)
@given(
    waves=st.lists(st.tuples(st.floats(-1, 1), st.integers(1, 5)), min_size=1, max_size=4), tolerance=st.floats(0.02, 1)
)
def test_any_continuous_function_at_any_tolerance(waves, tolerance):
    """The theorem on functions with a known bound L of their slope: n = L / (2ε) bumps are enough for ε."""
    f = lambda x: sum(a * np.sin(2 * np.pi * k * x) for a, k in waves)
    bound = sum(abs(a) * 2 * np.pi * k for a, k in waves)
    count = max(1, int(np.ceil(bound / (2 * tolerance))))
    assert theory.largest_error(f, theory.approximate(f, count, steepness=1000)) <= tolerance * (1 + 1e-6) + 1e-9


@pytest.mark.parametrize("count", [4, 10, 40, 200])
@pytest.mark.parametrize("fitted", [False, True])
def test_no_continuous_net_follows_a_jump(count, fitted):
    jump = theory.TARGETS["jump"]
    assert theory.largest_error(jump, theory.approximate(jump, count, fitted=fitted)) >= 0.5 - 1e-6


@pytest.mark.parametrize("depth", range(1, 7))
def test_depth_doubles_the_pieces(depth):
    x = np.linspace(0, 1, 2**8 + 1)
    y = theory.sawtooth(x, depth)
    triangle = 2 * np.abs(2 ** (depth - 1) * x - np.floor(2 ** (depth - 1) * x + 0.5))
    np.testing.assert_allclose(y, triangle, atol=1e-12)
    assert theory.straight_pieces(y) == 2**depth


@pytest.mark.parametrize("width", [1, 3, 10])
def test_width_adds_a_piece_a_unit(width):
    x = np.linspace(0, 1, 2**8 + 1)
    kinks = rng.choice(np.arange(1, 256), width, replace=False) / 256
    assert theory.straight_pieces(np.maximum(x[:, None] - kinks, 0) @ rng.normal(size=width)) == width + 1


# ─── theory.curse_of_dimensionality ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("D", "volume"), [(1, 2), (2, np.pi), (3, 4 / 3 * np.pi), (4, np.pi**2 / 2), (5, 8 * np.pi**2 / 15)]
)
def test_volume_of_a_ball_in_closed_form(D, volume):
    assert theory.ball_volume(D) == pytest.approx(volume, rel=1e-12)
    assert theory.ball_volume(D, 0.5) == pytest.approx(volume / 2**D, rel=1e-12)


@given(D=st.integers(1, 150), radius=st.floats(0.1, 3))
def test_volume_of_a_ball_from_two_dimensions_less(D, radius):
    """V_{D+2}(r) = 2π r² / (D + 2) · V_D(r); and SciPy's Γ."""
    volume = theory.ball_volume(D, radius)
    assert theory.ball_volume(D + 2, radius) == pytest.approx(volume * 2 * np.pi * radius**2 / (D + 2), rel=1e-11)
    assert volume == pytest.approx(np.pi ** (D / 2) * radius**D / scipy.special.gamma(D / 2 + 1), rel=1e-11)


@pytest.mark.parametrize("D", [1, 2, 5])
def test_volumes_by_counting_points(D):
    points = rng.uniform(-1, 1, (200_000, D))
    radius = np.linalg.norm(points, axis=1)
    assert (radius <= 1).mean() == pytest.approx(theory.ball_volume(D) / 2**D, abs=0.005)
    shell = (radius[radius <= 1] > 0.9).mean()
    assert shell == pytest.approx(theory.shell_share(D, 0.1), abs=0.01)
    assert (np.abs(points).max(axis=1) > 0.9).mean() == pytest.approx(theory.shell_share(D, 0.1), abs=0.005)


@given(D=st.integers(1, 500), share=st.floats(1e-6, 1))
def test_a_cube_that_holds_a_share(D, share):
    edge = theory.edge_for_share(D, share)
    assert edge**D == pytest.approx(share, rel=1e-9)
    assert share * (1 - 1e-12) <= edge <= 1 and theory.edge_for_share(D + 1, share) >= edge


@pytest.mark.parametrize("D", [30, 100, 300])
def test_distances_concentrate(D):
    """D²: mean D/6, variance 7D/180. So std/mean of the distance itself tends to 3 √(7/180) / √D."""
    assert theory.spread(rng.random((400, D))) == pytest.approx(3 * np.sqrt(7 / 180 / D), rel=0.06)


def test_a_tenfold_spread_takes_a_hundredfold_dimension():
    few, many = (theory.spread(np.random.default_rng(0).random((300, D))) for D in (10, 1000))
    assert few / many == pytest.approx(10, rel=0.1)


# ─── Both rest on the graph ─────────────────────────────────────────────────────────────────────────────────


def test_bumps_have_the_slope_that_the_graph_finds():
    x = np.linspace(-0.2, 1.2, 9)
    bump = lambda x: (12 * (x - 0.2)).sigmoid() - (12 * (x - 0.7)).sigmoid()
    value = lambda x: compute_graph(bump, x).value.sum()
    assert gradcheck(value, lambda x: compute_graph(bump, x).grads[0], x) < 1e-8
