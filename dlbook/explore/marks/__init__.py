"""The marks of the explorers: each is one Python class and one JavaScript file of the same name in this folder.

The class says what the mark reads, whether it has axes, and what it puts into the legend; the file draws it. `color` is
an index into the book's colours --dl-c0 … --dl-c5; −1 is the colour of text.
"""

from dlbook.explore.marks.area import Area as area
from dlbook.explore.marks.band import Band as band
from dlbook.explore.marks.bars import Bars as bars
from dlbook.explore.marks.cells import Cells as cells
from dlbook.explore.marks.code import Code as code
from dlbook.explore.marks.contour import Contour as contour
from dlbook.explore.marks.graph import Graph as graph
from dlbook.explore.marks.handle import Handle as handle
from dlbook.explore.marks.heat import Heat as heat
from dlbook.explore.marks.image import Image as image
from dlbook.explore.marks.labels import Labels as labels
from dlbook.explore.marks.layers import Layers as layers
from dlbook.explore.marks.line import Line as line
from dlbook.explore.marks.path import Path as path
from dlbook.explore.marks.points import Points as points
from dlbook.explore.marks.products import Products as products
from dlbook.explore.marks.rule import Rule as rule
from dlbook.explore.marks.tables import Tables as tables
from dlbook.explore.marks.text import Text as text
from dlbook.explore.marks.words import Words as words

__all__ = [
    "area", "band", "bars", "cells", "code", "contour", "graph", "handle", "heat", "image",
    "labels", "layers", "line", "path", "points", "products", "rule", "tables", "text", "words",
]  # fmt: skip
