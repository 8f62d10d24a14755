"""Tables in Markdown."""

from collections.abc import Mapping

Cells = Mapping[str, float | None]  # rates by the name of their column


def print_table(title: str, rows: Mapping[str, Cells]) -> None:
    """Print rows by name; what a row does not have is a dash."""
    columns = list(dict.fromkeys(column for cells in rows.values() for column in cells))
    print(f"\n{title}\n")
    print("| | " + " | ".join(columns) + " |")
    print("|---|" + "--:|" * len(columns))
    for name, cells in rows.items():
        print(f"| {name} | " + " | ".join(_shown(cells.get(column)) for column in columns) + " |", flush=True)


def _shown(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.3f}"
