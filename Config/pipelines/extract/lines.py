"""Words put together: runs of words, lines of runs, blocks of runs below one another.

All positions are in points from the page's top-left corner, as in `words.Word`.
"""
import statistics

# Two words of one run are never further apart than this share of their font size.
WIDEST_BLANK = 0.85


class Run:
    """Consecutive words of one line, without a gap as wide as between columns."""

    def __init__(self, words):
        self.words = list(words)
        self.text = " ".join(word.text for word in self.words)
        self.page = self.words[0].page
        self.x0 = min(word.x0 for word in self.words)
        self.x1 = max(word.x1 for word in self.words)
        self.y0 = min(word.y0 for word in self.words)
        self.y1 = max(word.y1 for word in self.words)
        self.size = statistics.median(word.size for word in self.words)
        self.row = statistics.median(word.row for word in self.words)

    def between(self, start, end):
        """The words that cover the characters `start` to `end` of the text."""
        found, position = [], 0
        for word in self.words:
            if position < end and start < position + len(word.text):
                found.append(word)
            position += len(word.text) + 1
        return found

    def aligned(self, other, slack=3.0):
        """Whether both begin, end or have their middle at the same x."""
        return min(abs(self.x0 - other.x0), abs(self.x1 - other.x1),
                   abs(self.x0 + self.x1 - other.x0 - other.x1) / 2) <= slack

    def overlaps(self, other):
        """Whether both share some x."""
        return self.x0 < other.x1 and other.x0 < self.x1


class Line:
    """Runs beside one another."""

    def __init__(self, words):
        self.words = sorted(words, key=lambda word: word.x0)
        self.page = self.words[0].page
        self.runs = [Run(words) for words in _split(self.words)]
        self.row = statistics.median(word.row for word in self.words)
        self.size = statistics.median(word.size for word in self.words)
        self.text = " ".join(word.text for word in self.words)


def _split(words):
    """Splits a line's words where a gap is wider than a blank."""
    runs = [[words[0]]]
    for word in words[1:]:
        before = runs[-1][-1]
        if word.x0 - before.x1 > WIDEST_BLANK * min(word.size, before.size):
            runs.append([])
        runs[-1].append(word)
    return runs


def page_lines(page):
    """The lines of a page from top to bottom."""
    lines = []
    for word in sorted(page.words, key=lambda word: word.row):
        for line in reversed(lines[-4:]):
            row = statistics.fmean(other.row for other in line)
            size = min(word.size, statistics.fmean(other.size for other in line))
            if abs(word.row - row) < 0.42 * size:
                line.append(word)
                break
        else:
            lines.append([word])
    return sorted((Line(words) for words in lines), key=lambda line: line.row)


def blocks(lines):
    """Groups a page's runs into blocks: lists of runs of one column, set close below one another."""
    found = []
    for line in lines:
        for run in line.runs:
            for block in found:
                last = block[-1]
                distance = run.row - last.row
                if run.aligned(last) and 0.4 * run.size < distance < 1.9 * max(run.size, last.size):
                    block.append(run)
                    break
            else:
                found.append([run])
    return found


def provenance(words):
    """Where a value stands: one {page, bbox, text} per line; bbox is [x0, y0, x1, y1] in points from the top left."""
    found = []
    rows = []
    for word in words:
        if not rows or word.page != rows[-1][-1].page or abs(word.row - rows[-1][-1].row) > 0.5 * word.size:
            rows.append([])
        rows[-1].append(word)
    for row in rows:
        run = Run(row)
        found.append({"page": run.page, "bbox": [round(n, 1) for n in (run.x0, run.y0, run.x1, run.y1)],
                      "text": run.text})
    return found


def field(value, words):
    """A field of the result: a value and the words it was read from."""
    return {"value": value, "provenance": provenance(words)}
