"""Colour science against independent oracles, and our themes against their own promises."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest

from chainviz.colour import SIGHTS, cam16_ucs, contrast, distance, linear, over, parse_hex

COLOURS = ["#1298EB", "#6FFDC5", "#C44E55", "#CDB614", "#FFFFFF", "#808080", "#0000FF", "#00FF00"]


@pytest.fixture(scope="module")
def oracle():  # type: ignore[no-untyped-def]
    # it also sets NumPy's print options, for everybody
    with warnings.catch_warnings(), np.printoptions():
        warnings.simplefilter("ignore")  # it warns of what else could be installed
        return pytest.importorskip("colour")


@pytest.mark.parametrize("text", COLOURS)
def test_cam16_ucs_agrees_with_colour_science(text: str, oracle) -> None:  # type: ignore[no-untyped-def]
    rgb = np.array(parse_hex(text))
    xyz = oracle.sRGB_to_XYZ(rgb)
    white = oracle.xy_to_XYZ(oracle.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]["D65"])
    seen = oracle.XYZ_to_CAM16(xyz * 100, white * 100, 64 / np.pi / 5, 20)
    expected = oracle.JMh_CAM16_to_CAM16UCS([seen.J, seen.M, seen.h])
    np.testing.assert_allclose(cam16_ucs(parse_hex(text)), expected, atol=0.05)


@pytest.mark.parametrize(
    ("sight", "name"), [("protanopia", "Protanomaly"), ("deuteranopia", "Deuteranomaly")]
)
def test_machado_agrees_with_colour_science(sight: str, name: str, oracle) -> None:  # type: ignore[no-untyped-def]
    matrix = oracle.matrix_cvd_Machado2009(name, 1.0)
    for text in COLOURS:
        light = linear(parse_hex(text))
        np.testing.assert_allclose(SIGHTS[sight](light), np.clip(matrix @ light, 0, 1), atol=1e-5)


def test_tritan_is_a_projection_on_two_half_planes() -> None:
    """What Brettel's construction implies, whatever the figures: they were typed in, so test it."""
    from chainviz import colour

    for half in (colour._TRITAN_NEAR, colour._TRITAN_FAR):
        np.testing.assert_allclose(half @ half, half, atol=2e-4)  # nothing is lost twice
        np.testing.assert_allclose(half @ np.ones(3), 1, atol=1e-4)  # greys stay grey
        assert np.linalg.matrix_rank(half, tol=1e-3) == 2
    edge = np.cross(colour._TRITAN_PLANE, [0, 0, 1])  # a direction on the seam of the halves
    seam = [np.ones(3), edge / np.abs(edge).max()]
    lost = np.linalg.svd(colour._TRITAN_NEAR)[2][-1]  # the direction that tritanopes don't see
    for point in seam:
        on_seam = point - lost * (colour._TRITAN_PLANE @ point) / (colour._TRITAN_PLANE @ lost)
        np.testing.assert_allclose(
            colour._TRITAN_NEAR @ on_seam, colour._TRITAN_FAR @ on_seam, atol=2e-3
        )


def test_known_confusions() -> None:
    red, green = parse_hex("#FC6255"), parse_hex("#83C167")  # Manim's stock RED and GREEN
    assert distance(red, green) > 40
    assert distance(red, green, "deuteranopia") < 20


def test_contrast_is_wcag() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast(parse_hex("#777777"), (1, 1, 1)) == pytest.approx(4.48, abs=0.01)
    assert contrast((1, 1, 1), (1, 1, 1)) == 1


def test_over_mixes_by_opacity() -> None:
    assert over((1, 0, 0, 0.25), (0, 0, 1)) == pytest.approx((0.25, 0, 0.75))


def test_our_role_colours_stay_apart_for_every_sight() -> None:
    from chainviz.theme import DARK, Role

    roles = [Role.INPUT, Role.INTERMEDIATE, Role.OUTPUT, Role.GRAD]
    nearest = min(
        distance(parse_hex(DARK[a]), parse_hex(DARK[b]), sight)
        for a, b in itertools.combinations(roles, 2)
        for sight in SIGHTS
    )
    assert nearest >= 25
