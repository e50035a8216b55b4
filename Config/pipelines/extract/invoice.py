"""The fields of an invoice."""
import lexicon
import parties
from items import find_table, line_items
from labels import Labels
from lines import Run, field
from totals import read_totals


class Invoice:
    """Reads a document as an invoice; `fields` holds what was found, `signs` how sure it is one."""

    def __init__(self, document):
        self.document = document
        everywhere = Labels(document.lines, lexicon.INVOICE)
        self.table = find_table(document.lines, everywhere.found, document.mark)
        self.labels = Labels(document.lines, lexicon.INVOICE, skip=self.table.lines)
        self.fields = {}
        self._read()
        self.signs = self._signs()

    def _read(self):
        for name, read in (("invoice_number", self.document.identifier), ("invoice_date", self.document.date),
                           ("due_date", self.document.date)):
            self._best(name, self._candidates(name, read))
        self._read_parties()
        self.fields.update(read_totals(self.document, self.labels))
        if self.table.rows:
            self.fields["line_items"] = line_items(self.table)
        self._read_currency()
        self._read_iban()

    def _candidates(self, name, read):
        """Weak labels, such as a title, count only for what stands right behind them."""
        strong = self.labels.candidates(name, read)
        return [candidate for candidate in strong if candidate.weight > 0]

    def _best(self, name, candidates):
        if candidates:
            self.fields[name] = field(candidates[0].value, candidates[0].words)

    def _read_parties(self):
        """Labels first; then the letterhead for the seller, and for the buyer an address that isn't the seller's."""
        document = self.document
        buyer = parties.labelled(document, self.labels, "buyer")
        found = parties.addresses(document)
        others = [party for party in found if not buyer or party.name != buyer.name]
        seller = parties.labelled(document, self.labels, "seller") or parties.sender_line(document) \
            or parties.letterhead(document, buyer) or (others[0] if others and (buyer or len(others) > 1) else None) \
            or parties.company(document, [buyer.name] if buyer else [party.name for party in found])
        if not buyer:
            buyer = next((party for party in found if not seller or party.name != seller.name), None)
        for name, party in (("seller", seller), ("buyer", buyer)):
            if party:
                self.fields[name] = field(*party)

    def _read_currency(self):
        """By its label; else the currency of the gross total; else the one named most often."""
        labelled = self.labels.candidates("currency", self.document.currency)
        if labelled:
            self._best("currency", labelled)
            return
        found = [self.document.currency(run) for run in self._money_runs()]
        found = [currency for currency in found if currency]
        if found:
            values = [value for value, _ in found]
            most = max(values, key=values.count)
            self.fields["currency"] = field(*next(currency for currency in found if currency[0] == most))

    def _money_runs(self):
        """The runs that may name the currency: around the gross total, else all."""
        gross = self.fields.get("gross_total")
        runs = [run for line in self.document.lines for run in line.runs]
        if gross:
            place = gross["provenance"][0]
            near = [run for run in runs if run.page == place["page"] and run.y0 < place["bbox"][3] and run.y1 > place["bbox"][1]]
            if any(self.document.currency(run) for run in near):
                return near
        return runs

    def _read_iban(self):
        for line in self.document.lines:
            found = self.document.iban(Run(line.words))
            if found:
                self.fields["iban"] = field(*found)
                return

    def _signs(self):
        """Points for a title, a number, line items and totals."""
        titles = {"invoice", "taxinvoice", "rechnung", "proformainvoice", "commercialinvoice", "salesinvoice"}
        titled = any(lexicon.compact(run.words[0].text) in titles or lexicon.compact(run.text) in titles
                     for line in self.document.first_page[:25] for run in line.runs)
        points = {"invoice_number": 1, "line_items": 1, "gross_total": 1, "net_total": 1, "tax_total": 1}
        return 2 * titled + sum(points.get(name, 0) for name in self.fields)
