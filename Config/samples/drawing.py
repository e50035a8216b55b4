"""Puts an invoice on paper: picks what is shown, draws a layout, the table, the totals and the small print."""
import layouts
import pdf
import table
from sheet import Sheet


def random_choices(rng, style, invoice):
    """Adds to the invoice what only concerns its looks."""
    count = len(invoice["items"])
    invoice.update(
        currency=style.currency, layout=rng.choice(layouts.ALL), columns=table.random_columns(rng),
        size=pdf.LETTER if style.currency == "USD" and rng.random() < 0.6 else pdf.A4,
        skus=["%c%d-%02d" % (rng.choice("ABCKX"), rng.randint(100, 999), rng.randint(1, 99)) for _ in range(count)],
        units=[style.words["units"]] * count,
        table_align=rng.choice(({}, {}, {"quantity": "center"}, {"quantity": "left", "unit_price": "right"})),
        heads="left" if rng.random() < 0.1 else "aligned", two_lines=rng.random() < 0.1,
        split=rng.randrange(1, count) if count > 2 and rng.random() < 0.12 else None, repeat=rng.random() < 0.7,
        across=rng.random() < 0.12, included=len(invoice["taxes"]) == 1 and rng.random() < 0.08,
        due_shown=rng.choice(("row", "row", "row", "sentence", "no")), decoys=rng.sample(("customer", "order", "supply"),
                                                                                        rng.randint(0, 2)),
        logo=rng.random() < 0.5, greeting=rng.random() < 0.4, separator=rng.choice((" · ", " - ", ", ", " | ", " • ")),
        number_sign=rng.choice(("", "#", "No. ", "Nr. ") if style.lang == "en" else ("", "Nr. ", "")),
        phone=(rng.randint(30, 99), rng.randint(100, 999)), footer=rng.choice((_bank_lines, _bank_columns)),
        bic=rng.choice(("NWBKGB2L", "COBADEFFXXX", "INGBNL2A", "GIBAATWW")),
        reference_numbers=[str(rng.randint(10000, 99999)), "PO-%d" % rng.randint(1000, 9999)])
    return invoice


def draw_invoice(style, invoice):
    """Returns the Sheet with the invoice on it."""
    sheet = Sheet(style, invoice["size"])
    y = invoice["layout"](sheet, invoice, _reference_rows(style, invoice))
    y = table.Table(sheet, invoice, invoice["columns"], invoice["heads"], invoice["two_lines"], invoice["split"],
                    invoice["repeat"]).draw(y)
    y = _draw_totals(sheet, invoice, y + 12)
    if style.sign != "none":
        sheet.shown.add("currency")
    _small_print(sheet, invoice, y + 20)
    return sheet


def _reference_rows(style, invoice):
    """The rows (label, value, field) with number, dates and references; the number comes first."""
    rows = [(style.label("invoice_number"), invoice["number"], "invoice_number"),
            (style.label("invoice_date"), style.date(invoice["date"]), "invoice_date")]
    if invoice["due_shown"] == "row":
        rows.append((style.label("due_date"), style.date(invoice["due"]), "due_date"))
    if style.sign == "none" and style.currency_note == "field":
        rows.append((style.label("currency"), style.currency, "currency"))
    decoys = {"customer": invoice["reference_numbers"][0], "order": invoice["reference_numbers"][1],
              "supply": style.date(invoice["date"].replace(day=1))}
    for name in invoice["decoys"]:
        rows.insert(1 + len(rows) // 2, (style.label(name), decoys[name], None))
    return rows[:5]


def _draw_totals(sheet, invoice, y):
    style = sheet.style
    rows = table.included_rows(style, invoice) if invoice["included"] else table.total_rows(style, invoice)
    if invoice["across"] and len(rows) < 4 and not invoice["included"]:
        return table.draw_totals_across(sheet, rows, y)
    widest = max(pdf.text_width(label, style.size, True) for label, _, _ in rows)
    return table.draw_totals(sheet, rows, y, min(sheet.right - 210, sheet.right - 110 - widest))


def _small_print(sheet, invoice, y):
    """Terms, the bank's details and the tax number at the end of the last page."""
    style = sheet.style
    if y > sheet.bottom - 20:
        y = sheet.new_page()
    if invoice["due_shown"] == "sentence":
        before, after = style.words["due_sentence"].split("{due}")
        box = sheet.text(sheet.left, y, before)
        gap = 2 if before.endswith(" ") else 0
        box = sheet.text(box[2] + gap - 2, y, style.date(invoice["due"]), "due_date")
        sheet.text(box[2], y, after)
        y += style.size * 1.5
    sheet.text(sheet.left, y, style.label("terms"))
    invoice["footer"](sheet, invoice, sheet.bottom + 35)


def _grouped(iban):
    return " ".join(iban[start:start + 4] for start in range(0, len(iban), 4))


def _bank_lines(sheet, invoice, y):
    """Bank details as one line of small text."""
    if invoice["iban"]:
        box = sheet.text(sheet.left, y, "IBAN: ", size=8)
        box = sheet.text(box[2] + 1, y, _grouped(invoice["iban"]), "iban", size=8)
        sheet.text(box[2] + 6, y, "BIC: " + invoice["bic"], size=8)
    sheet.text(sheet.left, y + 11, sheet.style.label("vat_id") + ": DE%d" % (123456000 + invoice["phone"][1]), size=8)


def _bank_columns(sheet, invoice, y):
    """Three narrow columns: who, the bank, the tax number."""
    seller, step = invoice["seller"], (sheet.right - sheet.left) / 3
    sheet.lines(sheet.left, y, [seller["name"], seller["street"], seller["city"]], size=7, pitch=9)
    if invoice["iban"]:
        sheet.text(sheet.left + step, y, "Commerce Bank", size=7)
        sheet.text(sheet.left + step, y + 9, "IBAN", size=7)
        sheet.text(sheet.left + step + 22, y + 9, _grouped(invoice["iban"]), "iban", size=7)
        sheet.text(sheet.left + step, y + 18, "BIC " + invoice["bic"], size=7)
    sheet.text(sheet.left + 2 * step + 20, y, "%s DE%d" % (
        sheet.style.label("vat_id"), 123456000 + invoice["phone"][1]), size=7)
