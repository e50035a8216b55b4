"""What the extraction example reads, leaves out and says of documents that can't be read. Run by ExtractionTests."""
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, ROOT + "/Config/pipelines/extract")

from extract import extract  # noqa: E402
from tools import DocumentError  # noqa: E402
from values import find_amounts, find_dates, money  # noqa: E402

SAMPLES = ROOT + "/Config/samples/"


class Values(unittest.TestCase):
    def amounts(self, text):
        return [money(found.value) for found in find_amounts(text) if found.exact]

    def test_an_amount_is_read_as_written_or_not_at_all(self):
        for text, expected in (
            ("1,234.50", ["1234.50"]), ("1.234,50 €", ["1234.50"]), ("1'234.50 CHF", ["1234.50"]),
            ("-119.00", ["-119.00"]), ("(119.00)", ["-119.00"]),
            ("119.00 CR", ["-119.00"]), ("EUR 119.00 Cr.", ["-119.00"]), ("119.00 CREDITS", ["119.00"]),
            ("Rs 1,23,456.00", ["123456.00"]), ("99,99,99,999.50", ["999999999.50"]), ("12,345,678.90", ["12345678.90"]),
            ("123456789012345678 EUR", ["123456789012345678.00"]),
            ("EUR 210000000003139471430009017", []), ("9" * 5000 + ".00 EUR", []),
            ("2026年3月4日", []), ("令和8年3月4日", []),
        ):
            self.assertEqual(self.amounts(text), expected, text)

    def test_a_date_names_one_day_or_is_left_out(self):
        for text, expected in (
            ("2026年3月4日", ["2026-03-04"]), ("2026 年 12 月 31 日", ["2026-12-31"]), ("2026년 3월 4일", ["2026-03-04"]),
            ("令和8年3月4日", []), ("2026年3月", []), ("2026年13月4日", []), ("4 March 2026", ["2026-03-04"]),
        ):
            self.assertEqual([found.value for found in find_dates(text)], expected, text)


class Documents(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = folder.name + "/document.pdf"

    def write(self, content):
        with open(self.path, "wb") as file:
            file.write(content)

    def sample(self, name):
        with open(SAMPLES + name, "rb") as file:
            return file.read()

    def qpdf(self, *words):
        subprocess.run(["qpdf", *words, self.path], check=True)

    def refusal(self):
        with self.assertRaises(DocumentError) as caught:
            extract(self.path, lambda page, pages: None)
        self.assertEqual(caught.exception.code, "document_unreadable")
        return str(caught.exception)

    def read(self):
        return extract(self.path, lambda page, pages: None)

    def test_a_document_with_a_password_is_said_to_have_one(self):
        self.qpdf("--encrypt", "secret", "owner", "256", "--", SAMPLES + "invoice-en.pdf")
        self.assertIn("protected by a password", self.refusal())

    def test_a_document_that_is_cut_off_is_said_to_be(self):
        self.write(self.sample("invoice-en.pdf")[:200])
        self.assertIn("damaged or cut off", self.refusal())

    def test_an_empty_document_is_said_to_be_empty(self):
        self.write(b"")
        self.assertIn("empty", self.refusal())

    def test_a_scan_on_its_side_or_head_is_read(self):
        for angle, turn in ((90, 270), (180, 180), (270, 90)):
            self.qpdf(f"--rotate=+{angle}", SAMPLES + "invoice-scanned.pdf")
            result = self.read()
            self.assertEqual(result["page_notes"], [{"page": 1, "turned": turn}])
            self.assertEqual(result["fields"]["gross_total"]["value"], "4059.38")

    def test_text_on_its_side_is_read(self):
        self.qpdf("--rotate=+90", SAMPLES + "invoice-en.pdf")
        self.assertEqual(self.read()["fields"]["gross_total"]["value"], "1228.36")

    def test_a_page_too_large_to_be_recognised_costs_no_other_page(self):
        long = self.path + ".long"
        blank = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" \
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200000 600]>>endobj\ntrailer<</Root 1 0 R>>\n"
        with open(long, "wb") as file:
            file.write(blank)
        subprocess.run(["qpdf", "--no-warn", "--warning-exit-0", "--empty", "--pages", SAMPLES + "invoice-en.pdf", long, "--", self.path],
                       check=True, stderr=subprocess.DEVNULL)
        result = self.read()
        self.assertEqual(result["fields"]["gross_total"]["value"], "1228.36")
        self.assertEqual([note["page"] for note in result["page_notes"]], [2])
        self.assertIn("too large", result["page_notes"][0]["left_out"])


if __name__ == "__main__":
    unittest.main()
