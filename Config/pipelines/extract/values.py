"""Dates, amounts, currencies and IBANs in a text: where they are and what they mean."""
import datetime
import re
from decimal import Decimal
from typing import NamedTuple, Optional

MONTHS = {name: number for number, names in enumerate((
    "january jan januar jänner", "february feb februar", "march mar märz mär marz maerz mrz", "april apr", "may mai",
    "june jun juni", "july jul juli", "august aug", "september sep sept", "october oct oktober okt",
    "november nov", "december dec dezember dez"), 1) for name in names.split()}
# A capital J reaches below the line and is often lost in scans.
MONTHS.update({name[1:]: number for name, number in list(MONTHS.items()) if name.startswith("j")})
_MONTH = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b"
_DAY, _YEAR = r"(\d{1,2})(?:st|nd|rd|th)?", r"(\d{4})(?!\d)"
_YEAR_FIRST = re.compile(r"(?<![\d.,/-])(\d{4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?![\d/-])")
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/-])")
_DAY_FIRST = re.compile(r"(?<!\d)" + _DAY + r"[.,]?[)\]]?[\s-]*(?:of\s)?" + _MONTH + r"[.,]?[\s-]*" + _YEAR, re.I)
_CJK = re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_MONTH_FIRST = re.compile(r"\b" + _MONTH + r"\.?\s*" + _DAY + r"[.,]?\s+" + _YEAR, re.I)

SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "US$": "USD", "C$": "CAD", "A$": "AUD"}
CODES = "EUR USD GBP CHF SEK NOK DKK PLN CZK HUF CAD AUD NZD JPY".split()
_CURRENCY = r"(?:US\$|[CA]\$|[€$£¥]|\b(?:%s)\b|EUR|USD|GBP|CHF)" % "|".join(CODES)
_CURRENCY_FINDER = re.compile(r"US\$|(?<![A-Z])[CA]\$|[€$£¥]|(?<![A-Za-z])(?:%s)(?![A-Za-z])" % "|".join(CODES))
# Lakhs and crores come first: 1,23,456.00 would be read from its end otherwise.
_NUMBER = r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,4})?|\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,4})?|\d{1,3}(?: \d{3})+,\d{2}" \
    r"|\d{1,3}(?:[.,]\d{3})*[.,] \d{2}(?=\s?(?:[€$£]|[A-Z]{3}\b|$))|\d+(?:[.,]\d{1,4})?"
_AMOUNT = re.compile(r"(?<![\w.,/'’-])(\(?[-−–+]?\s?)(%s)?\s?([-−–]?)(%s)(?![\d/]|[.,'’]\d|-\w|\s?%%|\s?[年月日년월일])"
                     r"\s?(-(?!\w))?\s?(%s)?(?:\s?(C[Rr]\.?)(?!\w))?"
                     % (_CURRENCY, _NUMBER, _CURRENCY))
# A longer number is a reference to something, not a sum of money.
MOST_DIGITS = 18


class Found(NamedTuple):
    """A value in a text: the characters it spans, and what it means."""

    start: int
    end: int
    value: object
    exact: bool = True


def find_dates(text, month_first=False):
    """Finds dates; values are ISO texts. `month_first` decides 03/04/2026 when both readings are possible."""
    found = []
    digits = repair_digits(text)
    for match in _YEAR_FIRST.finditer(digits):
        _add_date(found, match, match[1], match[3], match[4])
    for match in _NUMERIC.finditer(digits):
        first, second = int(match[1]), int(match[3])
        swap = match[2] == "/" and (second > 12 or (month_first and first <= 12))
        day, month = (second, first) if swap else (first, second)
        _add_date(found, match, match[4], month, day)
    for match in _CJK.finditer(text):
        _add_date(found, match, match[1], match[2], match[3])
    for match in _DAY_FIRST.finditer(text):
        _add_date(found, match, match[3], MONTHS[match[2].lower()], match[1])
    for match in _MONTH_FIRST.finditer(text):
        _add_date(found, match, match[3], MONTHS[match[1].lower()], match[2])
    return sorted(found)


def _add_date(found, match, year, month, day):
    year = int(year)
    if year < 100:
        year += 2000 if year < 80 else 1900
    try:
        found.append(Found(match.start(), match.end(), datetime.date(year, int(month), int(day)).isoformat()))
    except ValueError:
        pass  # Numbers that look like a date but name no day of the calendar.


def repair_digits(text):
    """Replaces letters that were misread for digits inside numbers ("O4.03.2O26"); the length stays the same."""
    def repaired(match):
        word = match.group()
        if sum(char.isdigit() for char in word) * 2 < sum(char.isalnum() for char in word):
            return word
        return word.translate(str.maketrans("OoQlI|SB", "00011158"))
    return re.sub(r"(?<!\S)[$€£]?[\dOoQlI|SB]+(?:[.,][\dOoQlI|SB]+)+(?!\S)", repaired, text)


def find_amounts(text, mark="."):
    """Finds numbers that may be amounts; values are Decimals, `exact` says that there are decimals or a currency."""
    found = []
    taken = [(date.start, date.end) for date in find_dates(text)]
    for match in _AMOUNT.finditer(repair_digits(text)):
        start, end = match.start(4), match.end(4)
        if any(start < stop and begin < end for begin, stop in taken) or sum(map(str.isdigit, match[4])) > MOST_DIGITS:
            continue
        value = parse_number(match[4], mark)
        if "-" in (match[1] + match[3] + (match[5] or "")).replace("−", "-").replace("–", "-") \
                or match[7] or match[1].startswith("(") and text[end:end + 1] == ")":
            value = -value
        exact = value.as_tuple().exponent <= -2 or bool(match[2] or match[6])
        found.append(Found(start, end, value, exact))
    return found


def parse_number(text, mark="."):
    """Reads "1,234.50", "1.234,50", "1 234,50" or "1'234.50"; `mark` is the decimal mark where both are possible."""
    text = re.sub(r"[ '’]", "", text)
    separators = re.findall(r"[.,]", text)
    if not separators:
        return Decimal(text)
    last = separators[-1]
    decimals = len(text) - text.rindex(last) - 1
    grouped = decimals == 3 and len(set(separators)) == 1 and (last != mark or len(separators) > 1)
    whole, _, rest = (text, "", "") if grouped else text.rpartition(last)
    return Decimal(re.sub(r"[.,]", "", whole) + ("." + rest if rest else ""))


def decimal_mark(texts):
    """The decimal mark a document uses, judged by its numbers with two decimals."""
    commas = points = 0
    for text in texts:
        commas += len(re.findall(r"\d,\d\d(?![\d.,])", text))
        points += len(re.findall(r"\d\.\d\d(?![\d.,])", text))
    return "," if commas > points else "."


def month_comes_first(texts):
    """Whether the document's dates with slashes can only be read with the month first (12/31/2026)."""
    return any(re.search(r"(?<![\d/])\d{1,2}/(1[3-9]|2\d|3[01])/(\d{4}|\d\d)(?![\d/])", text) for text in texts)


def money(value):
    """Writes an amount with at least two decimals: "1234.50"."""
    return str(value.quantize(Decimal("0.01")) if value.as_tuple().exponent > -2 else value)


def plain(value):
    """Writes a number without trailing zeros: "2", "1.5"."""
    return format(value.normalize(), "f")


def find_currency(text):
    """The first currency in a text as Found, by its sign or its ISO 4217 code; None when there is none."""
    match = _CURRENCY_FINDER.search(text)
    return match and Found(match.start(), match.end(), SYMBOLS.get(match.group(), match.group()))


def is_iban(text):
    """Whether a text without blanks has an IBAN's form and check digits."""
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", text):
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1


IBAN_LENGTHS = dict(item.split(":") for item in (
    "AT:20 BE:16 BG:22 CH:21 CY:28 CZ:24 DE:22 DK:18 EE:20 ES:24 FI:18 FR:27 GB:22 GR:27 HR:21 HU:28 IE:22 IS:26 "
    "IT:27 LI:21 LT:20 LU:20 LV:21 MC:27 MT:31 NL:18 NO:15 PL:28 PT:25 RO:24 SE:24 SI:19 SK:24 SM:27").split())


def find_iban(text) -> Optional[Found]:
    """The first IBAN in a text, grouped by blanks or not; its value has none."""
    for match in re.finditer(r"\b([A-Z]{2})\s?[\dOIlSB]{2}", text):
        wanted = int(IBAN_LENGTHS.get(match[1], 0))
        letters = [index for index in range(match.start(), len(text)) if text[index] != " "][:wanted]
        candidate = "".join(text[index] for index in letters)
        digits = candidate.translate(str.maketrans("OIlSB", "01158"))
        # The check digits tell a misread digit; a bank's code may hold letters.
        for reading in (candidate, candidate[:2] + digits[2:], candidate[:2] + digits[2:4] + candidate[4:8] + digits[8:]):
            if wanted and len(reading) == wanted and is_iban(reading):
                return Found(match.start(), letters[-1] + 1, reading)
    return None
