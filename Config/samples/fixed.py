"""The samples of this folder: three invoices (the third a scan) and two letters."""
import datetime
import random

import layouts
import pdf
from content import line_item, totals, truth
from drawing import draw_invoice, random_choices
from letters import PHRASES, draw_letter, random_letter
from wording import Style

NORTHGATE = {"name": "Northgate Office Supplies Ltd", "street": "14 Mill Lane", "city": "Leeds LS1 4AP"}
HARBOUR = {"name": "Harbour Analytics LLC", "street": "220 Bridge Road", "city": "Portland, OR 97205"}
LINDNER = {"name": "Lindner Medientechnik GmbH", "street": "Gartenweg 7", "city": "50667 Köln"}
SEEWALD = {"name": "Seewald & Söhne KG", "street": "Bahnhofstraße 31", "city": "20095 Hamburg"}


def _style(seed, lang, words, **settings):
    style = Style(random.Random(seed), lang)
    style.words.update(words)
    style.__dict__.update(dict(size=10, margin=50, pitch=1.4, colon=":", sign_in_table=False), **settings)
    return style


def _invoice(style, items, **settings):
    """Draws one invoice; what `settings` does not name keeps a plain default."""
    invoice = dict(totals(items), lang=style.lang, items=items)
    random_choices(random.Random(1), style, invoice)
    invoice.update(columns=["pos", "description", "quantity", "unit_price", "amount"], size=pdf.A4, table_align={},
                   heads="aligned", two_lines=False, split=None, across=False, included=False, due_shown="row",
                   decoys=("customer",), greeting=True)
    invoice.update(settings)
    sheet = draw_invoice(style, invoice)
    return "invoice", sheet, truth(invoice, sheet.shown)


def english():
    """An English invoice in pounds with labels left of their values."""
    style = _style(1, "en", {"invoice_number": "Invoice No.", "invoice_date": "Invoice date", "due_date": "Due date",
                             "title": "INVOICE", "buyer": "Bill to", "net_total": "Subtotal",
                             "tax_total": "VAT {rate}%", "gross_total": "Total due", "amount": "Amount"},
                   date_form="long", marks=(",", "."), currency="GBP", sign="symbol")
    items = [line_item("Office chair, black", "4", "189.00", "20"), line_item("Copy paper A4, 80 g", "25", "4.35", "20"),
             line_item("Whiteboard markers, set of 4", "12", "6.99", "20"),
             line_item("Delivery and assembly in the meeting room on the second floor", "1", "75.00", "20")]
    return _invoice(style, items, seller=NORTHGATE, buyer=HARBOUR, number="INV-2026-0042", iban="GB29NWBK60161331926819",
                    date=datetime.date(2026, 3, 4), due=datetime.date(2026, 4, 3), layout=layouts.classic)


def german():
    """A German business letter with two tax rates and the buyer in the address window."""
    style = _style(2, "de", {"invoice_number": "Rechnung Nr.", "invoice_date": "Datum", "due_date": "Zahlbar bis",
                             "net_total": "Summe netto", "tax_total": "zzgl. {rate}% MwSt.",
                             "gross_total": "Rechnungsbetrag", "amount": "Gesamt", "customer": "Kundennummer"},
                   date_form="dotted", marks=(".", ","), currency="EUR", sign="symbol")
    items = [line_item("Beratung vor Ort", "7.5", "95.00", "19"), line_item("Monitor 27 Zoll", "3", "389.90", "19"),
             line_item("Fachbuch Veranstaltungstechnik", "2", "44.86", "7")]
    return _invoice(style, items, seller=LINDNER, buyer=SEEWALD, number="2026-0117", iban="DE89370400440532013000",
                    date=datetime.date(2026, 3, 4), due=datetime.date(2026, 3, 18), layout=layouts.window, logo=False)


def scan():
    """An American invoice with labels above their values, scanned at 150 dots per inch."""
    style = _style(3, "en", {"invoice_number": "Invoice number", "invoice_date": "Issue date", "due_date": "Payment due",
                             "title": "INVOICE", "seller": "From", "buyer": "Bill to", "net_total": "Subtotal",
                             "tax_total": "Sales tax {rate}%", "gross_total": "Amount due", "quantity": "Hours",
                             "unit_price": "Rate", "amount": "Amount", "description": "Service"},
                   date_form="american", marks=(",", "."), currency="USD", sign="symbol")
    items = [line_item("Site survey", "6.5", "120.00", "8.25"), line_item("Training day", "16", "95.00", "8.25"),
             line_item("Annual support contract", "1", "1450.00", "8.25")]
    return _invoice(style, items, seller=HARBOUR, buyer=NORTHGATE, number="HA-20731", iban=None, size=pdf.LETTER,
                    date=datetime.date(2026, 2, 27), due=datetime.date(2026, 3, 29), layout=layouts.boxed,
                    columns=["description", "quantity", "unit_price", "amount"])


def _letter(lang, **settings):
    style = _style(4, lang, {}, date_form="long" if lang == "en" else "dotted")
    letter = random_letter(random.Random(4), style)
    letter.update(body=PHRASES[lang]["body"], **settings)
    return ("letter",) + draw_letter(style, letter)


def samples():
    """Yields (name, kind, sheet, fields, random source of a scan or None)."""
    yield ("invoice-en",) + english() + (None,)
    yield ("invoice-de",) + german() + (None,)
    yield ("invoice-scanned",) + scan() + (random.Random(7),)
    yield ("letter-en",) + _letter(
        "en", sender=NORTHGATE, recipient={"name": "Helen Carter", "street": "9 Church Street", "city": "York YO1 7HH"},
        date=datetime.date(2026, 3, 4), subject="Renewal of your service agreement", opening="Dear Ms Carter,",
        closing="Yours sincerely,", signature="James O'Neill", head="large", reference="K-2207",
        reference_label="Our ref", date_label="", subject_label="", subject_place="after") + (None,)
    yield ("letter-de",) + _letter(
        "de", sender=LINDNER, recipient=SEEWALD, date=datetime.date(2026, 3, 4), head="small", date_label="Datum",
        subject="Änderung unserer Bankverbindung", opening="Sehr geehrte Damen und Herren,",
        closing="Mit freundlichen Grüßen", signature="Anna Schmidt", reference="VW-481", reference_label="Unser Zeichen",
        subject_label="Betreff", subject_place="before") + (None,)
