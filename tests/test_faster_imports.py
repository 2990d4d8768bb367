"""Manim imported without SciPy, NetworkX and Beautiful Soup, and what scenes see of that."""

from __future__ import annotations

import platform
import subprocess
import sys
import textwrap
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation as Real

from chainviz.faster.rotation import Rotation

ANGLES = (0.0, 1e-8, 1e-4, 9.99e-4, 1e-3, 1.001e-3, 0.3, np.pi / 2, np.pi, 2 * np.pi, -2.5)


def run(code: str) -> str:
    program = "from chainviz.faster.imports import lean_imports\nimport sys\n" + textwrap.dedent(
        code
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lean(code: str) -> str:
    return run("with lean_imports():\n    import manim\n" + textwrap.dedent(code))


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="stays SciPy's there")
def test_every_bit_of_a_rotation_is_scipys() -> None:
    chance = np.random.default_rng(3)
    axes = [*np.eye(3), *-np.eye(3), *chance.normal(size=(200, 3))]
    for axis in axes:
        for angle in (*ANGLES, *chance.uniform(-7, 7, 5)):
            vector = angle * axis / np.linalg.norm(axis)
            ours, theirs = (kind.from_rotvec(vector).as_matrix() for kind in (Rotation, Real))
            assert ours.tobytes() == theirs.tobytes(), vector
            assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)


def test_what_else_is_asked_of_a_rotation_is_scipys() -> None:
    turn = Rotation.from_rotvec(np.array([0.1, 0.2, 0.3]))
    assert np.allclose(turn.as_quat(), Real.from_rotvec([0.1, 0.2, 0.3]).as_quat())
    assert Rotation.from_rotvec([[0, 0, 1], [1, 0, 0]]).as_matrix().shape == (2, 3, 3)
    assert Rotation.from_rotvec([0, 0, 90], degrees=True).as_matrix()[1, 0] == 1
    kind: Any = Rotation
    assert isinstance(Rotation.identity(), Real) and isinstance(Real.identity(), kind)


def test_manim_is_imported_without_them_and_nothing_is_left() -> None:
    told = lean("print(*({'networkx', 'bs4'} & sys.modules.keys()), len(sys.meta_path))")
    assert told == run("print('', len(sys.meta_path))").replace(" ", "", 1)


def test_what_needs_them_gets_the_real_ones() -> None:
    told = lean(
        """
        graph = manim.Graph([1, 2, 3], [(1, 2), (2, 3)], layout="circular")
        tree = manim.Graph([1, 2, 3], [(1, 2), (2, 3)], layout="tree", root_vertex=2)
        code = manim.Code(code_string="x = 1", language="python")
        turned = manim.Square().rotate(1, axis=[1, 2, 3])
        import networkx, bs4
        from scipy.spatial import KDTree
        from scipy.spatial.transform import Rotation
        print(len(graph.edges), len(tree.edges), len(code.code_lines), networkx.Graph, KDTree,
              Rotation.from_euler("x", 1).as_matrix().shape)
        """
    )
    assert told.startswith("2 2 1 <class 'networkx.classes.graph.Graph'> <class 'scipy.spatial.")


def test_plugins_are_imported_after_the_stand_ins_have_gone() -> None:
    told = run(
        """
        class Spy:
            def find_spec(self, name, path=None, target=None):
                if name == "manim.plugins":
                    print(type(sys.modules.get("networkx")).__name__)

        with lean_imports():
            sys.meta_path.insert(1, Spy())
            import manim
        """
    )
    assert told == "NoneType\n"


def test_what_is_imported_already_stays() -> None:
    told = run(
        """
        import networkx, scipy
        with lean_imports():
            import manim, manim.mobject.graph
        print(manim.mobject.graph.nx is networkx, sys.modules["scipy"] is scipy)
        """
    )
    assert told == "True True\n"


def test_what_fetches_pages_and_what_films_is_there_when_it_is_used() -> None:
    told = run(
        """
        import gc
        with lean_imports("av"):
            import manim
        print(*({"av", "urllib.request", "pathops", "isosurfaces"} & sys.modules.keys()))
        print(gc.isenabled(), gc.get_freeze_count() > 20 * len(gc.get_objects()))
        import urllib, xml.sax.saxutils
        request = xml.sax.saxutils.urllib.request.Request("http://example.org/page")
        print(request.host, type(urllib.request).__name__)
        cut = manim.Difference(manim.Square(), manim.Circle(radius=0.5))
        line = manim.ImplicitFunction(lambda x, y: x * x + y * y - 1)
        from manim.scene import scene_file_writer
        print(len(cut.points) > 20, len(line.points) > 20, scene_file_writer.av.VideoFrame(8, 8))
        import av
        print(type(av).__name__, scene_file_writer.av.error.EOFError is av.error.EOFError)
        """
    )
    first, *others = told.splitlines()
    assert first == "" and others[:2] == ["True True", "example.org module"]
    assert others[2].startswith("True True <av.VideoFrame") and others[3:] == ["module True"]


def test_a_module_that_asks_for_more_gets_it_when_it_is_used() -> None:
    told = run(
        """
        with lean_imports():
            from scipy.special import gamma
        print(gamma(5))
        """
    )
    assert told == "24.0\n"
