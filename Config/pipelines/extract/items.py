"""The rows of the table of line items."""
from typing import NamedTuple

from columns import deal, find_columns
from lines import field
from values import find_amounts, money, plain

# A table ends where nothing of it follows within this many font sizes.
LONGEST_GAP = 12
TOTALS = ("net_total", "tax_total", "gross_total")


class Table(NamedTuple):
    """The rows as fields {"description": …, "quantity": …}, and the numbers of the lines the table takes up."""

    rows: list
    lines: list


def find_table(lines, labels, mark):
    """Finds the table of line items; an empty Table when the document has none.

    `labels` are the labels of each line, `mark` is the decimal mark.
    """
    for number in range(len(lines)):
        columns, height = find_columns(lines, number)
        if columns:
            table = _Reader(lines, labels, columns, mark).read(number, height)
            if table.rows:
                return table
    return Table([], [])


class _Reader:
    """Reads rows line by line; `rows` holds {kind: words} of each item so far."""

    def __init__(self, lines, labels, columns, mark):
        self.lines, self.labels, self.columns, self.mark = lines, labels, columns, mark
        self.kinds = {column.kind for column in columns}
        self.rows = []
        self.taken = []

    def read(self, number, height):
        self._take(number, height)
        number += height
        while number < len(self.lines):
            line, last = self.lines[number], self.lines[self.taken[-1]]
            if line.page == last.page and line.row - last.row > LONGEST_GAP * last.size:
                break
            repeated = find_columns(self.lines, number)[1]
            if repeated:
                self._take(number, repeated)
            elif not self._read_line(number) and self._is_total(number):
                break
            number += max(repeated, 1)
        return Table([self._fields(row) for row in self.rows], self.taken)

    def _take(self, number, height=1):
        self.taken.extend(range(number, number + height))

    def _read_line(self, number):
        """Takes a line as an item or as more of an item's description; False when it is neither."""
        line = self.lines[number]
        row = deal(line.words, self.columns, self.mark)
        if self._is_item(row) and not (self._is_total(number) and self._lacks_numbers(row)):
            self.rows.append(row)
        elif self.rows and self._continues(line):
            self.rows[-1]["description"] = self.rows[-1].get("description", []) + line.words
        else:
            return False
        self._take(number)
        return True

    def _is_item(self, row):
        amounts = self._amounts(row.get("amount"))
        if not amounts or not amounts[-1].exact:
            return False
        numbers = self.kinds & {"quantity", "unit_price"}
        return any(self._amounts(row.get(kind)) for kind in numbers) if numbers else "description" in row

    def _lacks_numbers(self, row):
        """A total may stand under the columns, but it has neither a quantity nor a price."""
        return not ("quantity" in row and "unit_price" in row)

    def _is_total(self, number):
        line = self.lines[number]
        return any(label.field in TOTALS and label.start == 0 and not self._says_more(line.runs[label.run], label)
                   for label in self.labels[number])

    @staticmethod
    def _says_more(run, label):
        """"Tax advice" is no tax: another word of letters follows at once."""
        rest = run.words[label.end:label.end + 1]
        return bool(rest) and rest[0].text.isalpha() and rest[0].text.islower() and len(rest[0].text) > 3

    def _continues(self, line):
        """Whether a line is more text right below the last item's description."""
        last, description = self.lines[self.taken[-1]], self.rows[-1].get("description")
        return bool(description) and len(line.runs) == 1 and line.page == last.page \
            and abs(line.words[0].x0 - description[0].x0) < 4 and line.row - last.row < 1.6 * line.size

    def _amounts(self, words):
        return find_amounts(" ".join(word.text for word in words or ()), self.mark)

    def _fields(self, row):
        """A row's words as fields."""
        fields = {}
        if row.get("description"):
            fields["description"] = field(" ".join(word.text for word in row["description"]), row["description"])
        for kind, write in (("quantity", plain), ("unit_price", money), ("amount", money)):
            amounts = self._amounts(row.get(kind))
            if amounts:
                fields[kind] = field(write(amounts[0].value), row[kind])
        return fields


def line_items(table):
    """The table as one field: its value is the list of rows, its provenance one box for each row and page."""
    return {"value": table.rows, "provenance": [place for row in table.rows for place in _places(row)]}


def _places(row):
    """The boxes around all that was read from a row, one for each page."""
    pages = {}
    for part in row.values():
        for place in part["provenance"]:
            pages.setdefault(place["page"], []).append(place)
    for page, places in sorted(pages.items()):
        x0, y0, x1, y1 = zip(*(place["bbox"] for place in places))
        yield {"page": page, "bbox": [min(x0), min(y0), max(x1), max(y1)],
               "text": " ".join(place["text"] for place in places)}
