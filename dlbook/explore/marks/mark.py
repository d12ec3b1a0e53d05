"""What every mark says of itself; how it is drawn says the file of the same name beside it, `<name>.js`."""

from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True)
class Mark:
    """A drawing in a panel. Its fields travel to the page, together with what its class says here."""

    reads: ClassVar[tuple[str, ...]] = ()  # fields that may name a key of the state
    exact: ClassVar[tuple[str, ...]] = ()  # those of them whose numbers are written out: they travel as they are
    moves: ClassVar[tuple[str, ...]] = ()  # fields that may name a control
    axes: ClassVar[str] = "xy"  # the axes that it needs: "xy", "y", or "" for none
    clipped: ClassVar[bool] = True  # nothing of it is drawn beyond the axes
    margin: ClassVar[tuple[int, int]] = (0, 0)  # pixels that it needs left of the axes and below them

    def legend(self) -> str:
        """What the legend says of it; nothing without a label."""
        return getattr(self, "label", "")

    def reach(self, axis: str, reached: dict[str, tuple[float, float]]) -> list[tuple[float, float]]:
        """The stretches of the x or the y axis that it draws on, from the least and greatest value of each array."""
        name = getattr(self, axis, None)
        return [reached[name]] if isinstance(name, str) and name in reached else []

    def spec(self) -> dict:
        """The mark as the page reads it."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        said = {"axes": self.axes, "clipped": self.clipped, "margin": self.margin, "legend": self.legend()}
        return {"mark": type(self).__name__.lower(), **given, **said}
