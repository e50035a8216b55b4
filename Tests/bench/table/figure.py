"""A figure of the table: what was measured, against what, and whether that meets its goal."""
import sys


class Figure:
    def __init__(self, name, ours, reference="", value=None, goal=None, below=False, unit=""):
        """`value` is what the goal is about: a ratio, or a number with a `unit`. `below`: at most the goal, not at least."""
        self.name, self.ours, self.reference = name, ours, reference
        self.value, self.goal, self.below, self.unit = value, goal, below, unit

    @property
    def verdict(self):
        if self.goal is None or self.value is None:
            return ""
        return "yes" if (self.value <= self.goal if self.below else self.value >= self.goal) else "NO"

    @property
    def cells(self):
        sign = "≤" if self.below else "≥"
        value = "" if self.value is None else f"{self.value:.3g}{self.unit}"
        return [self.name, self.ours, self.reference, value, "" if self.goal is None else f"{sign} {self.goal:g}{self.unit}",
                self.verdict]


HEAD = ["figure", "ix-worker", "reference", "value", "goal", "met"]


def table(figures):
    rows = [HEAD] + [figure.cells for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "─" * sum(widths, 2 * len(widths) - 2)] + lines[1:])


def tell(text):
    """Prints the results so far, for a reader who watches the run or ends it early."""
    print(text, file=sys.stderr, flush=True)
