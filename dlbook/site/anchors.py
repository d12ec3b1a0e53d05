"""The id of a concept is its anchor: `(metrics.f1_score)=` gives `id="metrics.f1_score"`."""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

CONCEPT = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")


class DottedIds(SphinxTransform):
    """Gives a target whose name holds a dot that very name as its id.

    docutils makes `metrics-f1-score` of it. Labels, references and contents are collected from the ids after this
    transform (priority 850 and later), so they all follow.
    """

    default_priority = 840

    def apply(self, **kwargs) -> None:
        document = self.document
        new = {old: name for name, old in document.nameids.items() if old and CONCEPT.fullmatch(name)}
        if not new:
            return
        for node in document.findall(nodes.Element):
            if any(id in new for id in node.get("ids", ())):
                # A section's first id is the one that contents and permalinks use: the concept's.
                node["ids"] = sorted((new.get(id, id) for id in node["ids"]), key=lambda id: id not in new.values())
            if node.get("refid") in new:
                node["refid"] = new[node["refid"]]
        for old, name in new.items():
            document.ids[name] = document.ids.pop(old)
            document.nameids[name] = name
            # MyST looks here for [text](other_page.md#metrics.f1_score).
            title = document.ids[name].next_node(nodes.title)
            slugs = self.env.metadata[self.env.docname].setdefault("myst_slugs", {})
            slugs[name] = (document.ids[name].line, name, title.astext() if title else name)
