"""Finding labels in lines, and the values that stand beside or below them."""
import re
from typing import NamedTuple

from lexicon import compact, key
from lines import Run

LONGEST_PHRASE = 6
# Looks for a value at most this many font sizes below its label.
DEEPEST = 2.6
_WITH = {"incl", "inc", "inkl", "including", "inklusive", "excl", "exkl", "excluding", "ex", "ohne", "without",
         "zzgl", "plus"}
_WITHOUT = {"excl", "exkl", "excluding", "ex", "ohne", "without", "zzgl", "plus"}
_TAX = {"vat", "tax", "mwst", "ust", "gst", "mehrwertsteuer", "umsatzsteuer", "steuer"}


# What may stand beside a label without being its value: a tax rate, something in brackets, a currency.
_ASIDE = re.compile(r"\(.*?\)|\d+([.,]\d+)?\s?%|\b(zzgl|plus|[A-Z]{3})\b|@")


class Label(NamedTuple):
    """A label in a line: words `start` to `end` of the line's run number `run`."""

    field: str
    weight: float
    run: int
    start: int
    end: int


class Candidate(NamedTuple):
    """A value read for a field: how sure it is, the value, its words, and the number of its line."""

    weight: float
    value: object
    words: list
    line: int


class Labels:
    """The labels of a document's lines by one lexicon index."""

    def __init__(self, lines, index, skip=()):
        """`skip` holds the numbers of lines that are read otherwise, such as a table's."""
        self.lines = lines
        self.skip = frozenset(skip)
        self.found = [[] if number in self.skip else line_labels(line, index) for number, line in enumerate(lines)]

    def candidates(self, field, read):
        """Reads the value of every label of `field`: `read(run)` returns (value, words) or None. Best first."""
        found = []
        for number, labels in enumerate(self.found):
            for label in labels:
                if label.field == field:
                    found.extend(self._beside(number, label, read) or self._below(number, label, read))
        return sorted(found, key=lambda candidate: -candidate.weight)

    def zone(self, number, label):
        """The runs that belong to a label in its own line: what follows it up to the next label."""
        line, labels = self.lines[number], self.found[number]
        end = min([other.start for other in labels if other.run == label.run and other.start >= label.end],
                  default=len(line.runs[label.run].words))
        rest = line.runs[label.run].words[label.end:end]
        runs = [Run(rest)] if rest else []
        if end < len(line.runs[label.run].words):
            return runs
        for position in range(label.run + 1, len(line.runs)):
            first = min((other.start for other in labels if other.run == position), default=None)
            if first != 0:
                runs.append(Run(line.runs[position].words[:first]))
            if first is not None:
                break
        return runs

    def _beside(self, number, label, read):
        runs = self.zone(number, label)
        if len(runs) > 1:
            # Wide blanks may have torn a value apart; that is tried last.
            runs.append(Run(word for run in runs for word in run.words))
        for run in runs:
            value = read(run)
            if value:
                return [Candidate(label.weight + self._bonus(number, label), value[0], value[1], number)]
        return []

    def _below(self, number, label, read):
        run = self.below(number, label)
        value = run and read(run[1])
        return [Candidate(label.weight + self._bonus(number, label) - 0.5, value[0], value[1], run[0])] if value else []

    def below(self, number, label):
        """The run under a label that fills its own run, as (line number, Run), or None."""
        head = self._head(number, label)
        around = " ".join(word.text for word in head.words[:label.start] + head.words[label.end:])
        if any(char.isalnum() for char in _ASIDE.sub("", around)):
            return None
        for position in range(number + 1, len(self.lines)):
            line = self.lines[position]
            if line.page != head.page or line.row - head.row > DEEPEST * max(head.size, line.size):
                return None
            for place, run in enumerate(line.runs):
                if run.overlaps(head) or run.aligned(head):
                    is_label = any(other.run == place and other.start == 0 for other in self.found[position])
                    return None if is_label or position in self.skip else (position, run)
        return None

    def _head(self, number, label):
        """The label's run, with a tax rate or the like in the run behind it."""
        runs = self.lines[number].runs
        words = list(runs[label.run].words)
        for run in runs[label.run + 1:label.run + 2]:
            if not any(char.isalnum() for char in _ASIDE.sub("", run.text)) and run.x0 - words[-1].x1 < 3 * run.size:
                words.extend(run.words)
        return Run(words)

    def _bonus(self, number, label):
        """A label at the start of its run, or with a colon, is surer than one within a sentence."""
        words = self.lines[number].runs[label.run].words
        colon = words[label.end - 1].text.endswith(":") or (label.end < len(words) and words[label.end].text == ":")
        return (0.5 if label.start == 0 else -1) + (0.75 if colon else 0)


def line_labels(line, index):
    """The labels of a line: the longest phrase at each word, from left to right."""
    found = []
    for number, run in enumerate(line.runs):
        keys = [compact(word.text.replace("!", "l")) for word in run.words]
        position = 0
        while position < len(keys):
            swallowed = _qualifier(keys, position) if _precedes(found, number) else 0
            if swallowed:
                found[:] = _without_tax(found) if keys[position] in _WITHOUT else found
                position += swallowed
                continue
            end = _phrase_end(keys, position, index)
            found.extend(Label(field, weight, number, position, end)
                         for field, weight in index.get(key("".join(keys[position:end])), ()))
            position = max(end, position + 1)
    return found


def _phrase_end(keys, start, index):
    for end in range(min(len(keys), start + LONGEST_PHRASE), start, -1):
        # A phrase neither begins nor ends with mere punctuation.
        if keys[start] and keys[end - 1] and key("".join(keys[start:end])) in index:
            return end
    return start


def _precedes(found, run):
    return bool(found) and found[-1].run == run and found[-1].field in ("net_total", "gross_total")


def _qualifier(keys, start):
    """How many words from `start` say "incl. 19 % VAT" or the like, which is part of the label before."""
    if keys[start] not in _WITH:
        return 0
    for end in range(start + 1, min(len(keys), start + 5)):
        if keys[end] in _TAX:
            return end + 1 - start
        if keys[end] and not keys[end].isdigit():
            return 0
    return 0


def _without_tax(found):
    """The last label turned into one of the net total."""
    return found[:-1] + [found[-1]._replace(field="net_total", weight=3)]
