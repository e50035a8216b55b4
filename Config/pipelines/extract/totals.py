"""Net, tax and gross total: of all readings the one that adds up."""
from decimal import Decimal
from itertools import combinations

from lines import field
from values import money

CENT = Decimal("0.01")
MOST_TAXES = 4


def read_totals(document, labels):
    """The fields net_total, tax_total and gross_total, as far as the document shows them."""
    nets = _distinct(labels.candidates("net_total", document.exact_amount))
    taxes = _distinct(labels.candidates("tax_total", document.exact_amount), by_line=True)
    grosses = _distinct(labels.candidates("gross_total", document.exact_amount))
    chosen = _adding_up(nets, taxes, grosses) or _surest(nets, taxes, grosses)
    return {name: field(money(sum(part.value for part in parts)), [word for part in parts for word in part.words])
            for name, parts in zip(("net_total", "tax_total", "gross_total"), chosen) if parts}


def _distinct(candidates, by_line=False):
    """Drops candidates that say the same as a surer one."""
    found = {}
    for candidate in candidates:
        key = (candidate.value, candidate.line if by_line else None, candidate.words[0].x0 if by_line else None)
        found.setdefault(key, candidate)
    return list(found.values())


def _adding_up(nets, taxes, grosses):
    """The surest (nets, taxes, grosses) with net + tax = gross; taxes of several rates are summed."""
    sums = [part for count in range(1, MOST_TAXES + 1) for part in combinations(taxes[:8], count)]
    best = None
    for net in nets:
        for gross in grosses:
            for part in sums:
                if abs(net.value + sum(tax.value for tax in part) - gross.value) > CENT:
                    continue
                # One tax line is a likelier reading than several.
                weight = net.weight + gross.weight + sum(tax.weight for tax in part) / len(part) - len(part) / 10
                if best is None or weight > best[0]:
                    best = weight, ([net], sorted(part, key=lambda tax: tax.line), [gross])
    return best and best[1]


def _surest(nets, taxes, grosses):
    """Each total by itself, for documents that don't show all three."""
    gross = grosses[:1]
    taxes = [tax for tax in taxes if not gross or abs(tax.value) < abs(gross[0].value)]
    nets = [net for net in nets if not gross or abs(net.value) <= abs(gross[0].value)]
    return nets[:1], taxes[:1], gross
