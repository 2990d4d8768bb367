"""Builders: parts that turn into mobjects."""

from chainviz.draw.arrow import Arrow
from chainviz.draw.board import BOARD, EQUATION, FRAME, Board
from chainviz.draw.equation import Equation
from chainviz.draw.fit import fold_to_fit
from chainviz.draw.graph_board import GraphBoard, graph_area
from chainviz.draw.network_board import NetworkBoard
from chainviz.draw.node import NodeBody
from chainviz.draw.pipeline_board import Factor, PipelineBoard
from chainviz.draw.pipeline_plan import NUMBER
from chainviz.draw.plan import MOST_SUMMANDS
from chainviz.draw.tag import Tag, tag_of, tagged
from chainviz.draw.typeset import Typeset, typeset

__all__ = [
    "BOARD",
    "EQUATION",
    "FRAME",
    "MOST_SUMMANDS",
    "NUMBER",
    "Arrow",
    "Board",
    "Equation",
    "Factor",
    "GraphBoard",
    "NetworkBoard",
    "NodeBody",
    "PipelineBoard",
    "Tag",
    "Typeset",
    "fold_to_fit",
    "graph_area",
    "tag_of",
    "tagged",
    "typeset",
]
