"""What an invoice says, before anything is drawn: parties, dates, line items and totals that add up."""
import datetime
from decimal import ROUND_HALF_UP, Decimal

import names

CENT = Decimal("0.01")
RATES = {"en": ("20", "5", "8.25", "0", "10"), "de": ("19", "7", "20", "8.1")}


def cents(value):
    """Rounds half up to two places, the way invoices do."""
    return value.quantize(CENT, ROUND_HALF_UP)


def line_item(description, quantity, unit_price, rate):
    """One line: `quantity` and `unit_price` are text such as "2.5" and "10.00"; `rate` is the tax in percent."""
    quantity, unit_price, rate = Decimal(quantity), Decimal(unit_price), Decimal(rate)
    return {"description": description, "quantity": quantity, "unit_price": unit_price,
            "amount": cents(quantity * unit_price), "rate": rate}


def totals(items):
    """Net, tax by rate, tax and gross of a list of line items."""
    taxes = {}
    for item in items:
        taxes[item["rate"]] = taxes.get(item["rate"], Decimal(0)) + item["amount"]
    taxes = {rate: (net, cents(net * rate / 100)) for rate, net in sorted(taxes.items())}
    net = sum(net for net, _ in taxes.values())
    tax = sum(tax for _, tax in taxes.values())
    return {"taxes": taxes, "net": net, "tax": tax, "gross": net + tax}


def random_invoice(rng, lang):
    """A made-up invoice in `lang` ("en" or "de")."""
    issued = datetime.date(2023, 1, 1) + datetime.timedelta(days=rng.randrange(1800))
    rates = rng.sample(RATES[lang], 2 if rng.random() < 0.15 else 1)
    items = [_random_item(rng, lang, rng.choice(rates)) for _ in range(rng.randint(1, 8))]
    seller = buyer = names.address(rng, lang)
    while buyer["name"] == seller["name"]:
        buyer = names.address(rng, lang, person_share=0.2)
    return dict(totals(items), lang=lang, items=items, date=issued, number=_random_number(rng, issued),
                due=issued + datetime.timedelta(days=rng.choice((7, 14, 30, 45))),
                seller=seller, buyer=buyer,
                iban=names.iban(rng) if rng.random() < 0.7 else None)


def _random_item(rng, lang, rate):
    description = rng.choice(names.GOODS[lang])
    if rng.random() < 0.15:
        description += " " + rng.choice(names.NOTES[lang])
    quantity = rng.choice((str(rng.randint(1, 12)), str(rng.randint(1, 250)), "%d.5" % rng.randint(0, 40)))
    price = Decimal(rng.choice((rng.randint(95, 9999), rng.randint(500, 250000)))) / 100
    return line_item(description, quantity, price.quantize(CENT), rate)


def _random_number(rng, issued):
    serial = rng.randint(1, 99999)
    return rng.choice((
        "INV-%04d" % serial, "%d-%04d" % (issued.year, serial), "RE%d/%d" % (issued.year, serial), "%06d" % serial,
        "R-%d-%05d" % (issued.year, serial), "%c%c%05d" % (rng.choice("ABCDEFGHKLMNPRSTUVWXYZ"), "K", serial),
        "%d" % (100000 + serial), "%02d%02d-%d" % (issued.year % 100, issued.month, serial),
        "RE %d-%d" % (issued.year, serial)))


def truth(invoice, shown):
    """The expected fields; `shown` names those that the drawing really shows."""
    fields = {
        "invoice_number": invoice["number"], "invoice_date": invoice["date"].isoformat(),
        "due_date": invoice["due"].isoformat(), "seller": invoice["seller"]["name"],
        "buyer": invoice["buyer"]["name"], "currency": invoice["currency"], "net_total": str(invoice["net"]),
        "tax_total": str(invoice["tax"]), "gross_total": str(invoice["gross"]), "iban": invoice["iban"],
        "line_items": [{"description": item["description"], "quantity": plain(item["quantity"]),
                        "unit_price": str(item["unit_price"]), "amount": str(item["amount"])}
                       for item in invoice["items"]]}
    return {name: value for name, value in fields.items() if name in shown}


def plain(value):
    """A decimal without trailing zeros: "2", "1.5"."""
    return format(value.normalize(), "f")
