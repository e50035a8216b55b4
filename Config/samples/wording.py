"""The words and number forms an invoice may use: one choice of each makes a document's style."""

LABELS = {
    "en": {
        "title": ("INVOICE", "Invoice", "Tax Invoice", "TAX INVOICE"),
        "invoice_number": ("Invoice No.", "Invoice number", "Invoice #", "Invoice no", "Inv. No.", "Invoice ID",
                           "Invoice Ref."),
        "invoice_date": ("Date", "Invoice date", "Date of issue", "Issue date", "Dated", "Date issued", "Issued on"),
        "due_date": ("Due date", "Payment due", "Due", "Pay by", "Date due", "Payable by", "Payment due date"),
        "seller": ("From", "Seller", "Supplier", "Vendor", "Issued by"),
        "buyer": ("Bill to", "Billed to", "Invoice to", "Customer", "Sold to", "Client", "BILL TO"),
        "net_total": ("Subtotal", "Net total", "Total excl. VAT", "Net amount", "Sub-total", "Total net",
                      "Total before tax", "Net"),
        "tax_total": ("VAT {rate}%", "VAT ({rate}%)", "VAT", "Sales tax {rate}%", "Tax ({rate} %)", "VAT @ {rate}%",
                      "plus {rate}% VAT", "GST {rate}%", "Total VAT"),
        "gross_total": ("Total", "Grand total", "Amount due", "Total due", "Total incl. VAT", "Balance due",
                        "Invoice total", "TOTAL", "Total amount", "Total payable"),
        "included": ("Total including VAT", "of which VAT {rate}%"),
        "pos": ("No.", "#", "Item", "Pos."), "sku": ("SKU", "Item no.", "Code", "Article"),
        "description": ("Description", "Item description", "Details", "Product", "Service", "Description of goods"),
        "quantity": ("Qty", "Quantity", "Qty.", "Units", "Hours"), "unit": ("Unit", "UoM"),
        "unit_price": ("Unit price", "Price", "Rate", "Price per unit", "Unit cost", "Price each"),
        "tax": ("VAT", "VAT %", "Tax"), "amount": ("Amount", "Total", "Line total", "Net amount", "Total price"),
        "units": ("pcs", "h", "box", "kg"),
        "customer": ("Customer No.", "Account number", "Customer ID"), "order": ("Order No.", "PO number", "Your order"),
        "supply": ("Delivery date", "Date of supply", "Tax point"), "vat_id": ("VAT No.", "VAT Reg. No.", "Tax ID"),
        "terms": ("Payment terms: 30 days net.", "Please quote the invoice number with your payment.",
                  "Thank you for your business."),
        "currency": ("Currency",),
        "due_sentence": ("Payable by {due} without deduction.", "Please pay by {due}.", "Payment is due by {due}."),
    },
    "de": {
        "title": ("RECHNUNG", "Rechnung"),
        "invoice_number": ("Rechnungsnummer", "Rechnungs-Nr.", "Rechnung Nr.", "Rechnungsnr.", "Re.-Nr.", "Belegnummer",
                           "Rechnungs-Nummer"),
        "invoice_date": ("Datum", "Rechnungsdatum", "Rechnungs-Datum", "Ausstellungsdatum", "Belegdatum"),
        "due_date": ("Fällig am", "Zahlbar bis", "Fälligkeit", "Fälligkeitsdatum", "Zahlungsziel", "Zahlung bis"),
        "seller": ("Rechnungssteller", "Lieferant", "Verkäufer", "Von"),
        "buyer": ("Rechnung an", "Rechnungsempfänger", "Kunde", "Käufer", "Rechnungsadresse"),
        "net_total": ("Nettobetrag", "Zwischensumme", "Summe netto", "Netto", "Gesamt netto", "Nettosumme",
                      "Warenwert netto"),
        "tax_total": ("MwSt. {rate} %", "zzgl. {rate}% MwSt.", "USt. {rate}%", "Umsatzsteuer {rate} %",
                      "{rate} % MwSt.", "Mehrwertsteuer ({rate}%)", "zzgl. {rate} % Umsatzsteuer", "MwSt-Betrag"),
        "gross_total": ("Gesamtbetrag", "Rechnungsbetrag", "Bruttobetrag", "Endbetrag", "Gesamtsumme", "Brutto",
                        "Zu zahlen", "Gesamt brutto", "Zahlbetrag", "Summe brutto"),
        "included": ("Gesamtbetrag inkl. MwSt.", "darin enthaltene MwSt. {rate}%"),
        "pos": ("Pos.", "Nr.", "Pos"), "sku": ("Art.-Nr.", "Artikelnr.", "Artikel-Nr."),
        "description": ("Bezeichnung", "Beschreibung", "Leistung", "Artikel", "Position", "Artikelbezeichnung"),
        "quantity": ("Menge", "Anzahl", "Stunden", "Stück"), "unit": ("Einheit", "ME"),
        "unit_price": ("Einzelpreis", "Preis", "E-Preis", "EP", "Stückpreis", "Einzelpreis netto"),
        "tax": ("MwSt.", "USt.", "MwSt. %"), "amount": ("Gesamt", "Betrag", "Gesamtpreis", "Summe", "GP", "Netto"),
        "units": ("Stk.", "Std.", "Paket", "kg"),
        "customer": ("Kundennummer", "Kunden-Nr.", "Kd.-Nr."), "order": ("Bestellnummer", "Auftrags-Nr.", "Ihre Bestellung"),
        "supply": ("Lieferdatum", "Leistungsdatum", "Liefertermin"), "vat_id": ("USt-IdNr.", "Steuernummer", "USt-ID"),
        "terms": ("Zahlbar innerhalb von 30 Tagen ohne Abzug.", "Bitte geben Sie die Rechnungsnummer an.",
                  "Vielen Dank für Ihren Auftrag."),
        "currency": ("Währung",),
        "due_sentence": ("Zahlbar bis {due} ohne Abzug.", "Bitte überweisen Sie den Betrag bis zum {due}.",
                         "Der Betrag ist fällig am {due}."),
    },
}
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
}
DATE_FORMS = {"en": ("iso", "long", "american", "short", "dotted"), "de": ("dotted", "long", "iso", "dotted")}
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF"}
NUMBER_MARKS = {"en": ((",", "."), (",", "."), ("", ".")), "de": ((".", ","), (".", ","), ("", ","), (" ", ","), ("'", "."))}


def write_date(day, form, lang):
    """Writes a date in one of the forms, such as "March 4, 2026"."""
    month = MONTHS[lang][day.month - 1]
    if form == "long":
        return "%d%s %s %d" % (day.day, "." if lang == "de" else "", month, day.year)
    if form == "american":
        return "%s %d, %d" % (month, day.day, day.year)
    if form == "short":
        return "%d %s %d" % (day.day, month[:3], day.year)
    return day.strftime("%d.%m.%Y" if form == "dotted" else "%Y-%m-%d")


def write_number(value, marks):
    """Writes a decimal with the (thousands, decimal) marks given, keeping its decimal places."""
    return "{:,}".format(value).translate({ord(","): marks[0], ord("."): marks[1]})


class Style:
    """One way of writing: every label, date and amount of a document comes from here."""

    def __init__(self, rng, lang):
        self.lang = lang
        words = {key: rng.choice(choices) for key, choices in LABELS[lang].items() if key != "included"}
        self.words = dict(words, included=LABELS[lang]["included"])
        self.date_form = rng.choice(DATE_FORMS[lang])
        self.marks = rng.choice(NUMBER_MARKS[lang])
        self.currency = rng.choice(("GBP", "USD", "EUR") if lang == "en" else ("EUR", "EUR", "CHF"))
        self.sign = rng.choice(("symbol", "code", "none"))
        self.sign_in_table = rng.random() < 0.3 and self.sign != "none"
        self.currency_note = rng.choice(("field", "header"))
        self.colon = rng.choice((":", "", ":"))
        self.size = rng.choice((9, 9.5, 10, 10.5))
        self.margin = rng.choice((45, 50, 56, 62))
        self.pitch = rng.choice((1.3, 1.4, 1.5))

    def date(self, day):
        """The date as this style writes it."""
        return write_date(day, self.date_form, self.lang)

    def number(self, value):
        """A number without a currency."""
        return write_number(value, self.marks)

    def money(self, value, sign=True):
        """An amount, with the currency where this style puts it."""
        text = self.number(value)
        if not sign or self.sign == "none":
            return text
        mark = SYMBOLS[self.currency] if self.sign == "symbol" else self.currency
        before = self.lang == "en"
        return (mark + ("" if mark in "$£€" else " ") + text) if before else text + " " + mark

    def label(self, key, **values):
        """A label without its colon."""
        return self.words[key].format(**values)
