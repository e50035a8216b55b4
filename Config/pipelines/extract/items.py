"""The table of line items: its columns by their heads, its rows by where their values stand."""
from typing import NamedTuple

from labels import Labels
from lexicon import compact
from lines import Run, field, provenance
from values import find_amounts, money, plain

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
KINDS = {compact(phrase): kind for kind, phrases in HEADS.items() for phrase in phrases.split(", ")}
NUMBERS = ("quantity", "unit_price", "amount")
_QUALIFIERS = {"netto", "brutto", "net", "gross", "eur", "usd", "gbp", "chf", "exclvat", "inclvat", "in", "exvat"}


class Column(NamedTuple):
    """A column: what it holds, and where its head begins and ends in points."""

    kind: str
    x0: float
    x1: float


class Table(NamedTuple):
    """The rows as fields {"description": …, "quantity": …}, and the numbers of the lines the table takes up."""

    rows: list
    lines: list


def find_table(lines, index, mark):
    """Finds the table of line items; an empty Table when the document has none."""
    for number, line in enumerate(lines):
        columns, height = _columns(lines, number)
        if columns:
            table = _read_rows(lines, number, height, columns, index, mark)
            if table.rows:
                return table
    return Table([], [])


def _columns(lines, number):
    """The columns when a head begins in line `number`, and how many lines it takes (0: none)."""
    best = _heads(lines[number].words), 1
    if number + 1 < len(lines) and _close(lines[number], lines[number + 1]):
        # Heads of two lines: a word belongs to the word above it.
        joined = _heads(_fold(lines[number].runs, lines[number + 1].runs))
        if len(joined) >= len(best[0]) and _is_head(joined) and not _has_digits(lines[number + 1]):
            best = joined, 2
    return best if _is_head(best[0]) else ([], 0)


def _close(line, below):
    return line.page == below.page and below.row - line.row < 1.5 * line.size


def _has_digits(line):
    return any(char.isdigit() for char in line.text)


def _fold(upper, lower):
    """The words of two lines in the order of the columns they form."""
    groups = [list(run.words) for run in upper]
    for run in lower:
        group = next((group for group in groups if Run(group).overlaps(run)), None)
        if group is None:
            groups.append(list(run.words))
        else:
            group.extend(run.words)
    return [word for group in sorted(groups, key=lambda group: min(word.x0 for word in group)) for word in group]
