"""The columns of a table of line items, known by their heads, and how a row's words are dealt out to them."""
import re
from typing import NamedTuple

from lexicon import compact, key
from lines import Run
from values import find_amounts

HEADS = {
    "pos": "pos, position no, no, nr, item no, line, lfd nr, number",
    "sku": "sku, code, item code, article, article no, article number, product code, part no, art nr, artikelnr, "
           "artikelnummer, artnr, item number, material",
    "description": "description, item description, description of goods, description of services, details, product, "
                   "service, item, items, services, product description, bezeichnung, beschreibung, leistung, artikel, "
                   "position, artikelbezeichnung, leistungsbeschreibung, produkt, text, ware, tatigkeit, particulars, goods",
    "quantity": "qty, quantity, units, hours, menge, anzahl, stunden, stuck, stk, days, tage, hrs, std",
    "unit": "unit, uom, einheit, me, unit of measure, einh",
    "unit_price": "unit price, price, rate, price per unit, unit cost, price each, einzelpreis, preis, epreis, ep, "
                  "stuckpreis, preis pro einheit, preis einheit, stundensatz, hourly rate, each, cost, preis pro stuck, "
                  "einheitspreis, price unit",
    "tax": "vat, vat rate, tax, tax rate, gst, mwst, ust, steuer, mwst satz, ust satz, steuersatz, sales tax",
    "discount": "discount, disc, rabatt",
    "date": "date, datum",
    "amount": "amount, total, line total, total price, line amount, amount due, gesamt, betrag, gesamtpreis, summe, gp, "
              "gpreis, total amount, extended price, gesamtbetrag, net amount, net price, netto, net, net total, "
              "nettobetrag, betrag netto, summe netto, gross, brutto, gross amount",
}
KINDS = {key(phrase): kind for kind, phrases in HEADS.items() for phrase in phrases.split(", ")}
# Words that only say more about the head before them.
QUALIFIERS = {"netto", "brutto", "net", "gross", "in", "excl", "incl", "exkl", "inkl", "ex", "vat", "mwst", "tax", "ust"}
NUMERIC = ("quantity", "unit_price", "amount")
LONGEST_HEAD = 3
# What it costs, in points, to leave a column empty, to split at a blank, to join over a gap, to put text among numbers.
EMPTY, SPLIT, JOIN, MISFIT, FARTHEST = 25, 60, 40, 200, 40


class Column(NamedTuple):
    """A column: what it holds, and where its head begins and ends in points."""

    kind: str
    x0: float
    x1: float


def find_columns(lines, number):
    """The columns of a head that begins in line `number`, and how many lines it takes; ([], 0) when there is none."""
    single = _heads([run.words for run in lines[number].runs])
    best = (single, 1) if _is_head(single) else ([], 0)
    if number + 1 < len(lines) and _continues(lines[number], lines[number + 1]):
        double = _heads(_fold(lines[number].runs, lines[number + 1].runs))
        if _is_head(double) and len(double) >= len(single):
            best = double, 2
    return best


def _continues(line, below):
    """Whether `below` may be the second line of a head."""
    close = line.page == below.page and below.row - line.row < 1.5 * line.size
    return close and not any(char.isdigit() for char in below.text)


def _fold(upper, lower):
    """Groups the words of two lines by the columns they form: words below one another belong together."""
    groups = [list(run.words) for run in upper]
    for run in lower:
        group = next((group for group in groups if Run(group).overlaps(run)), None)
        if group is None:
            groups.append(list(run.words))
        else:
            group.extend(run.words)
    return sorted(groups, key=lambda group: min(word.x0 for word in group))


def _heads(groups):
    """The columns named by groups of words; none when more than a fourth of the words mean nothing."""
    columns, words, unknown = [], 0, 0
    for group in groups:
        group = [word for word in group if not re.fullmatch(r"\(.*\)|[A-Z]{3}|[€$£%]|/|\(.*|.*\)", word.text)
                 or key(word.text) in KINDS]
        position = 0
        while position < len(group):
            end = _head_end(group, position)
            words += 1
            if end == position:
                unknown += compact(group[position].text) not in QUALIFIERS
            else:
                part = Run(group[position:end])
                if not position or compact(part.text) not in QUALIFIERS:
                    columns.append(Column(KINDS[key(part.text)], part.x0, part.x1))
            position = max(end, position + 1)
    return _tell_apart(columns) if unknown * 4 <= words else []


def _head_end(words, start):
    for end in range(min(len(words), start + LONGEST_HEAD), start, -1):
        if key("".join(word.text for word in words[start:end])) in KINDS:
            return end
    return start


def _tell_apart(columns):
    """Gives columns of one kind different kinds: "Item, Description", "Net price, Amount"."""
    kinds = [column.kind for column in columns]
    for index, kind in enumerate(kinds):
        later = kind in kinds[index + 1:]
        if kind == "description" and later:
            kinds[index] = "sku"
        elif kind == "amount" and later and "unit_price" not in kinds:
            kinds[index] = "unit_price"
        elif kind in kinds[:index]:
            kinds[index] = "other"
    return [column._replace(kind=kind) for column, kind in zip(columns, kinds)]


def _is_head(columns):
    kinds = {column.kind for column in columns}
    return bool(kinds & {"amount", "unit_price"}) and bool(kinds & {"description", "quantity"}) and "amount" in kinds


def deal(words, columns, mark):
    """Deals a row's words out to the columns, keeping their order: {kind: words}, at the least total cost."""
    costs = {0: (0.0, ())}
    for column in columns:
        following = {}
        for start, (cost, parts) in costs.items():
            for end in range(start, len(words) + 1):
                total = cost + _cost(words, start, end, column, mark)
                if end not in following or total < following[end][0]:
                    following[end] = (total, parts + ((column.kind, start, end),))
        costs = following
    parts = costs[len(words)][1]
    return {kind: words[start:end] for kind, start, end in parts if end > start}


def _cost(words, start, end, column, mark):
    """What it costs to put words `start` to `end` into a column."""
    if start == end:
        return EMPTY * (2.4 if column.kind in NUMERIC else 1)
    x0, x1 = words[start].x0, words[end - 1].x1
    cost = min(abs(x0 - column.x0), abs(x1 - column.x1), abs(x0 + x1 - column.x0 - column.x1) / 2, FARTHEST)
    if column.kind in NUMERIC and len(find_amounts(" ".join(word.text for word in words[start:end]), mark)) != 1:
        cost += MISFIT
    for before, word in zip(words[start:end], words[start + 1:end]):
        cost += JOIN if word.x0 - before.x1 > 0.85 * word.size else 0
    if start and words[start].x0 - words[start - 1].x1 < 0.36 * words[start].size:
        cost += SPLIT
    return cost
