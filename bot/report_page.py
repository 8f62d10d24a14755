"""The evaluation as one page for people: everything in one HTML file, nothing loaded, no script.

Pure: a report in, HTML out. Words and shapes are in templates/assessment.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from faq.assess import AIMS, Assessment, Matrix, Point, Rate

TEMPLATES = Path(__file__).parent / "templates"
DARKEST = 0.6  # opacity of a matrix cell that holds its whole row: the figure on it stays readable
MARKED = (0.3, 0.5, 0.7)  # scores that are written beside the curve
NOTHING = "—"


@dataclass(frozen=True)
class Part:
    """A file of messages. A hidden one shows its figures alone."""

    name: str
    assessment: Assessment
    is_hidden: bool = False


@dataclass(frozen=True)
class Report:
    """What the page tells. `sure_from`: the score from which is answered; `questions`: of the entries, by id."""

    made_at: str
    version: str
    encoders: tuple[str, ...]
    sure_from: float
    questions: Mapping[str, str]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Frame:
    """A chart 360 wide and 270 high, in pixels of the drawing; both axes are shares, the vertical one from `low` on."""

    low: float = 0.0
    left: int = 50
    right: int = 336
    top: int = 12
    bottom: int = 212

    def x(self, share: float) -> float:
        """Pixels from the left."""
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, share: float) -> float:
        """Pixels from the top."""
        return round(self.bottom - (share - self.low) / (1 - self.low) * (self.bottom - self.top), 1)

    @property
    def ticks(self) -> list[float]:
        """Five to eleven values of the vertical axis."""
        step = 0.05 if self.low > 0.6 else 0.1 if self.low > 0.2 else 0.2
        return [self.low + step * number for number in range(round((1 - self.low) / step) + 1)]

    def line(self, points: tuple[Point, ...]) -> str:
        """The points of a polyline."""
        return " ".join(f"{self.x(point.coverage)},{self.y(point.precision)}" for point in points)


def report_page(report: Report) -> str:
    """The page. Every text in it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "interval": interval}
    environment.globals |= {"frame_of": frame_of, "at": point_at, "share": row_share}
    template = environment.get_template("assessment.html")
    return template.render(report=report, aims=AIMS, marked=MARKED, darkest=DARKEST, plain=Frame())


def percent(value: float | None) -> str:
    """A share as people read it."""
    return NOTHING if value is None else f"{value:.1%}"


def interval(rate: Rate) -> str:
    """The interval of a rate as people read it."""
    bounds = rate.interval
    return NOTHING if bounds is None else f"{bounds[0] * 100:.1f}\u2013{bounds[1]:.1%}"


def frame_of(points: tuple[Point, ...]) -> Frame:
    """The frame that shows every precision of a curve."""
    lowest = min((point.precision for point in points), default=0.0)
    return Frame(low=min(int(lowest * 10) / 10, 0.9))


def point_at(points: tuple[Point, ...], score: float) -> Point | None:
    """What answering from this score on gives; None when nothing is as sure."""
    return next((point for point in reversed(points) if point.score >= score), None)


def row_share(matrix: Matrix, row: int, column: int) -> float:
    """How much of its row a cell holds."""
    total = sum(matrix.rows[row])
    return matrix.rows[row][column] / total if total else 0.0
