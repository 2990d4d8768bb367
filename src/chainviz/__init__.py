"""chainviz: write the function, get the film."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the type checker's view of the table below
    from chainviz.audit.allow import allow as allow
    from chainviz.draw import Arrow as Arrow
    from chainviz.draw import Board as Board
    from chainviz.draw import Equation as Equation
    from chainviz.draw import GraphBoard as GraphBoard
    from chainviz.draw import NetworkBoard as NetworkBoard
    from chainviz.draw import NodeBody as NodeBody
    from chainviz.draw import PipelineBoard as PipelineBoard
    from chainviz.draw import Tag as Tag
    from chainviz.draw import Typeset as Typeset
    from chainviz.draw import tag_of as tag_of
    from chainviz.draw import typeset as typeset
    from chainviz.errors import ChainvizError as ChainvizError
    from chainviz.formula import AlgebraError as AlgebraError
    from chainviz.formula import Formula as Formula
    from chainviz.formula import Keyed as Keyed
    from chainviz.formula import LatexError as LatexError
    from chainviz.formula import because as because
    from chainviz.formula import chain as chain
    from chainviz.formula import closed_form as closed_form
    from chainviz.formula import closed_value as closed_value
    from chainviz.formula import definition as definition
    from chainviz.formula import derivation as derivation
    from chainviz.formula import from_latex as from_latex
    from chainviz.formula import partial as partial
    from chainviz.formula import show_number as show_number
    from chainviz.formula import spelled_out as spelled_out
    from chainviz.formula import step as step
    from chainviz.formula import symbol as symbol
    from chainviz.formula import to_latex as to_latex
    from chainviz.formula import to_plain as to_plain
    from chainviz.formula import to_typst as to_typst
    from chainviz.graph import Constant as Constant
    from chainviz.graph import Edge as Edge
    from chainviz.graph import Graph as Graph
    from chainviz.graph import GraphError as GraphError
    from chainviz.graph import Node as Node
    from chainviz.graph import fold as fold
    from chainviz.ops import Op as Op
    from chainviz.ops import OpError as OpError
    from chainviz.ops import op as op
    from chainviz.parse import ParseError as ParseError
    from chainviz.parse import parse as parse
    from chainviz.part import Kind as Kind
    from chainviz.part import Part as Part
    from chainviz.stage import BackwardPass as BackwardPass
    from chainviz.stage import ForwardPass as ForwardPass
    from chainviz.stage import Lesson as Lesson
    from chainviz.stage import Telling as Telling
    from chainviz.stage import Wiggle as Wiggle
    from chainviz.stage import film as film
    from chainviz.story import Conclude as Conclude
    from chainviz.story import Note as Note
    from chainviz.story import Storyboard as Storyboard
    from chainviz.story import Title as Title
    from chainviz.story import tell as tell
    from chainviz.story import tell_backward as tell_backward
    from chainviz.story import tell_factors as tell_factors
    from chainviz.story import tell_forward as tell_forward
    from chainviz.story import tell_graph as tell_graph
    from chainviz.story import tell_network as tell_network
    from chainviz.story import tell_nudge as tell_nudge
    from chainviz.story import tell_paths as tell_paths
    from chainviz.story import tell_pipeline as tell_pipeline
    from chainviz.story import tell_stages as tell_stages
    from chainviz.tape import Contribution as Contribution
    from chainviz.tape import Counts as Counts
    from chainviz.tape import GradientReport as GradientReport
    from chainviz.tape import RunError as RunError
    from chainviz.tape import Step as Step
    from chainviz.tape import Tape as Tape
    from chainviz.tape import check_gradients as check_gradients
    from chainviz.tape import run as run
    from chainviz.theme import THEMES as THEMES
    from chainviz.theme import Role as Role
    from chainviz.theme import Theme as Theme
    from chainviz.theme import current_theme as current_theme
    from chainviz.theme import using_theme as using_theme
    from chainviz.trace import Expr as Expr
    from chainviz.trace import TraceError as TraceError
    from chainviz.trace import constant as constant
    from chainviz.trace import cross_entropy as cross_entropy
    from chainviz.trace import dot as dot
    from chainviz.trace import gate as gate
    from chainviz.trace import log_softmax as log_softmax
    from chainviz.trace import mse as mse
    from chainviz.trace import norm_squared as norm_squared
    from chainviz.trace import relu as relu
    from chainviz.trace import sigmoid as sigmoid
    from chainviz.trace import softmax as softmax
    from chainviz.trace import softplus as softplus
    from chainviz.trace import stack as stack
    from chainviz.trace import trace as trace
    from chainviz.trace import where as where

__version__ = "0.1.0"  # the one place: pyproject.toml reads it here

# public name -> the module that defines it; loaded at first use, so that the
# computation half never pays for Manim
_HOMES: dict[str, str] = {
    "ChainvizError": "errors",
    "allow": "audit.allow",
    "Kind": "part",
    "Part": "part",
    "AlgebraError": "formula",
    "Formula": "formula",
    "Keyed": "formula",
    "LatexError": "formula",
    "because": "formula",
    "chain": "formula",
    "closed_form": "formula",
    "closed_value": "formula",
    "definition": "formula",
    "derivation": "formula",
    "from_latex": "formula",
    "partial": "formula",
    "show_number": "formula",
    "spelled_out": "formula",
    "step": "formula",
    "symbol": "formula",
    "to_latex": "formula",
    "to_plain": "formula",
    "to_typst": "formula",
    "Constant": "graph",
    "Edge": "graph",
    "Graph": "graph",
    "GraphError": "graph",
    "Node": "graph",
    "fold": "graph",
    "Op": "ops",
    "OpError": "ops",
    "op": "ops",
    "ParseError": "parse",
    "parse": "parse",
    "Contribution": "tape",
    "Counts": "tape",
    "GradientReport": "tape",
    "RunError": "tape",
    "Step": "tape",
    "Tape": "tape",
    "check_gradients": "tape",
    "run": "tape",
    "Expr": "trace",
    "TraceError": "trace",
    "constant": "trace",
    "cross_entropy": "trace",
    "dot": "trace",
    "gate": "trace",
    "log_softmax": "trace",
    "mse": "trace",
    "norm_squared": "trace",
    "relu": "trace",
    "sigmoid": "trace",
    "softmax": "trace",
    "softplus": "trace",
    "stack": "trace",
    "trace": "trace",
    "where": "trace",
    "GraphBoard": "draw",
    "NetworkBoard": "draw",
    "PipelineBoard": "draw",
    "Equation": "draw",
    "Board": "draw",
    "typeset": "draw",
    "Arrow": "draw",
    "NodeBody": "draw",
    "Typeset": "draw",
    "Tag": "draw",
    "tag_of": "draw",
    "Lesson": "stage",
    "film": "stage",
    "ForwardPass": "stage",
    "BackwardPass": "stage",
    "Telling": "stage",
    "Wiggle": "stage",
    "Conclude": "story",
    "Note": "story",
    "Storyboard": "story",
    "Title": "story",
    "tell": "story",
    "tell_graph": "story",
    "tell_forward": "story",
    "tell_backward": "story",
    "tell_factors": "story",
    "tell_network": "story",
    "tell_nudge": "story",
    "tell_paths": "story",
    "tell_pipeline": "story",
    "tell_stages": "story",
    "Theme": "theme",
    "Role": "theme",
    "THEMES": "theme",
    "using_theme": "theme",
    "current_theme": "theme",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'chainviz' has no attribute {name!r}")
    found = getattr(importlib.import_module(f"chainviz.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__


class _Face(ModuleType):
    """Public names win: importing the room chainviz.parse must not hide the function parse."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
