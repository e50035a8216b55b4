"""The words that stand before values, in English and German: field → weight → phrases.

A greater weight is a surer sign. Case, blanks, punctuation and accents don't count: "Rechnungs-Nr." is "rechnungsnr".
Fields in capitals are never reported; they keep what follows them from being taken for something else.
"""
import re
import unicodedata

PHRASES = {
    "invoice_number": {
        3: "invoice number, invoice no, invoice num, invoice nr, invoice id, invoice ref, invoice reference, inv no, "
           "inv number, inv nr, tax invoice no, tax invoice number, bill no, bill number, number of invoice, "
           "rechnungsnummer, rechnungsnr, rechnung nr, rechnung nummer, rechnung no, rechn nr, re nr, re nummer, rg nr, "
           "rgnr, rgnummer, belegnummer, belegnr, faktura nr, fakturanummer, rechnungs id",
        2: "document number, document no, dokumentnummer, dokumentennummer",
        1: "invoice, tax invoice, rechnung, our invoice, unsere rechnung"},
    "invoice_date": {
        3: "invoice date, date of invoice, issue date, date of issue, date issued, issued on, issued, invoiced on, "
           "billing date, bill date, tax invoice date, rechnungsdatum, datum der rechnung, ausstellungsdatum, "
           "ausgestellt am, belegdatum, rechnung vom, date raised, invoice dated",
        2: "date, datum, dated, document date", 1: "vom"},
    "due_date": {
        3: "due date, date due, payment due, payment due date, payment due on, payment due by, due by, due on, "
           "due, pay by, please pay by, payable by, payable until, payment date, payment is due by, payment is due on, "
           "payment deadline, zahlbar bis, zahlbar bis zum, zahlbar bis spatestens, fallig am, fallig, fallig zum, "
           "falligkeit, falligkeitsdatum, falligkeitstermin, zahlungsziel, zahlung bis, zahlung bis zum, zahlungstermin, "
           "zu zahlen bis, zahlung fallig am, due date for payment",
        2: "bis zum, bis spatestens"},
    "seller": {3: "seller, supplier, vendor, issued by, invoice from, bill from, verkaufer, lieferant, rechnungssteller, "
                  "aussteller, rechnungsaussteller, leistungserbringer", 2: "from, von, absender"},
    "buyer": {3: "bill to, billed to, invoice to, invoiced to, invoice address, billing address, sold to, buyer, purchaser, "
                 "rechnung an, rechnungsempfanger, rechnungsadresse, rechnungsanschrift, kaufer, leistungsempfanger, "
                 "invoice recipient, bill to address", 2: "customer, client, kunde, kundin, auftraggeber, kundenadresse, "
                 "customer name, client name, to, an, empfanger, prepared for"},
    "currency": {3: "currency, invoice currency, wahrung, rechnungswahrung, all amounts in, alle betrage in"},
    "net_total": {
        3: "subtotal, net total, total net, net amount, net sum, total excl vat, total excluding vat, total ex vat, "
           "total excl tax, total excluding tax, total before tax, total before vat, amount before tax, total net amount, "
           "amount excl vat, amount excluding vat, taxable amount, nettobetrag, nettosumme, summe netto, gesamt netto, "
           "gesamtbetrag netto, netto gesamt, nettogesamtbetrag, zwischensumme, zwischensumme netto, warenwert netto, "
           "rechnungsbetrag netto, total netto, net value, nettowert, subtotal excl vat, subtotal net, net subtotal",
        2: "net, netto, warenwert, goods value"},
    "tax_total": {
        3: "total vat, vat total, vat amount, total tax, tax total, tax amount, sales tax, value added tax, gst, hst, "
           "mwstbetrag, mehrwertsteuer, mehrwertsteuerbetrag, umsatzsteuer, umsatzsteuerbetrag, ustbetrag, steuerbetrag, "
           "summe mwst, summe ust, mwst gesamt, gesamt mwst",
        2: "vat, tax, mwst, ust, steuer"},
    "gross_total": {
        4: "grand total, invoice total, total incl vat, total including vat, total inc vat, total incl tax, "
           "total including tax, total gross, gross total, gross amount, total due, amount due, balance due, total payable, "
           "amount payable, total to pay, total amount due, invoice amount, total invoice amount, rechnungsbetrag, "
           "rechnungssumme, rechnungsbetrag brutto, gesamtbetrag brutto, bruttobetrag, bruttosumme, gesamt brutto, "
           "summe brutto, brutto gesamt, endbetrag, endsumme, zu zahlen, zu zahlender betrag, zahlbetrag, "
           "zahlungsbetrag, falliger betrag, total brutto, please pay",
        3: "gesamtbetrag, gesamtsumme, total amount, amount total, brutto, gross, to pay",
        2: "total, gesamt, summe, total sum"},
    "iban": {3: "iban"},
    "sender": {3: "from, von, sender, absender"},
    "recipient": {3: "to, an, recipient, empfanger, addressee"},
    "date": {3: "date, datum, dated, letter date", 1: "den"},
    "subject": {3: "subject, re, betreff, betr, regarding, betrifft"},
    "reference": {3: "our ref, our reference, unser zeichen, aktenzeichen, az, geschaftszeichen, unsere zeichen, "
                     "reference number, reference no, ref no, case number, case no, file number, file no, file reference, "
                     "vorgangsnummer",
                  2: "reference, ref, zeichen, referenz, your ref, your reference, ihr zeichen, ihre zeichen"},
    "OTHER_NUMBER": {3: "customer no, customer number, customer id, customer ref, account no, account number, account, "
                        "client no, client id, order no, order number, order id, order, your order, your order no, po no, "
                        "po number, po, purchase order, purchase order no, delivery note, delivery note no, kundennummer, "
                        "kundennr, kdnr, kunden id, auftragsnummer, auftragsnr, auftrag, bestellnummer, bestellnr, "
                        "bestellung, ihre bestellung, ihr auftrag, lieferscheinnummer, lieferscheinnr, lieferschein, "
                        "vat no, vat number, vat reg no, vat registration no, vat registration number, vat id, tax id, "
                        "tax no, tax number, ustidnr, ustid, uid, uid nr, uidnummer, steuernummer, steuernr, stnr, "
                        "company no, company number, registered no, registration no, bic, swift, sort code, blz, konto, "
                        "kontonummer, kontonr, page, seite, projekt, project, contract no, vertragsnummer, hrb, hra, "
                        "invoice for, rechnung fur, vertrag, phone, tel, telefon, fax, vat rate, tax rate, mwst satz, "
                        "steuersatz, gst no, gst number, gstin, eori, siret, cost centre, kostenstelle"},
    "OTHER_DATE": {3: "delivery date, date of delivery, date of supply, supply date, tax point, order date, service date, "
                      "shipping date, ship date, date shipped, lieferdatum, leistungsdatum, liefertermin, bestelldatum, "
                      "auftragsdatum, versanddatum, leistungszeitraum, lieferzeitraum, leistungszeit, service period, "
                      "billing period, period, abrechnungszeitraum, print date, druckdatum, vertragsdatum, contract date, "
                      "skonto bis, skonto bis zum, valid until, gultig bis, gultig bis zum, date of birth, geburtsdatum, your message of, "
                      "ihre nachricht vom, ihr schreiben vom, your letter of"},
    "OTHER_AMOUNT": {3: "discount, rabatt, skonto, nachlass, amount paid, paid, already paid, payments received, deposit, "
                        "anzahlung, bereits gezahlt, abschlag, carried forward, brought forward, ubertrag, "
                        "shipping cost, rounding, rundung, total discount, total quantity, total weight, total hours, "
                        "gesamtgewicht, gesamtmenge, balance brought forward, previous balance"},
    "OTHER_PARTY": {3: "ship to, shipped to, deliver to, delivery address, shipping address, lieferadresse, "
                       "lieferanschrift, contact, attention, attn, ansprechpartner, bearbeiter, sachbearbeiter, "
                       "your contact, contact person, remit to, address, adresse, anschrift, bank, email, web, website, "
                       "internet, payment details, bankverbindung, bank details"},
}


def compact(text):
    """A text's letters and digits in small letters without accents; "#" and "№" read as "no"."""
    text = text.replace("#", "no").replace("№", "no").replace("&", "and")
    text = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in text if char.isalnum())


def key(text):
    """What is compared: the compact text with easily misread letters made one ("Zahibetrag", "MwsSt")."""
    return re.sub(r"(.)\1+", r"\1", compact(text).translate(str.maketrans("i1j08", "lllob")))


def index_phrases(fields):
    """Maps the key of each phrase of the fields to a list of (field, weight)."""
    index = {}
    for name in fields:
        for weight, phrases in PHRASES[name].items():
            for phrase in re.split(r",\s*", phrases):
                index.setdefault(key(phrase), []).append((name, weight))
    return index


OTHERS = ("OTHER_NUMBER", "OTHER_DATE", "OTHER_AMOUNT", "OTHER_PARTY")
INVOICE = index_phrases(("invoice_number", "invoice_date", "due_date", "seller", "buyer", "currency", "net_total",
                         "tax_total", "gross_total", "iban") + OTHERS)
LETTER = index_phrases(("sender", "recipient", "date", "subject", "reference") + OTHERS)
