"""Texts that try to be more than texts, in every field that a producer or a program can fill."""
import urllib.parse

from house import Browser, holds, until

MARKUP = [
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "\"><svg onload=alert(1)>", "<iframe src=https://evil.example></iframe>",
    "<a href=javascript:alert(1)>x</a>", "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "<base href=https://evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>", "<meta http-equiv=refresh content='0;url=https://evil.example'>", "<style>*{display:none}</style>",
    "<form action=https://evil.example><button>", "<object data=x>", "<embed src=x>", "<math><mtext></mtext></math>", "<template><b>", "<!--", "-->", "<![CDATA[",
    "</title><script>document.title='owned'</script>", "</textarea>", "{{7*7}}", "${7*7}", "<%= 7 %>", "#{7}", "`${alert(1)}`", "%3Cscript%3E", "&lt;b&gt;",
    "&#60;script&#62;", "<details open ontoggle=alert(1)>", "<input autofocus onfocus=alert(1)>", "<video><source onerror=alert(1)>", "'-alert(1)-'", "\";alert(1)//",
]
TEXT = [
    "\u202egpj.exe", "\u2066isolated\u2069", "\u200b\u200c\u200d", "\ufeffbom", "שלום", "مرحبا", "a\u0301\u0301\u0301\u0301\u0301", "Z" + "\u0336" * 60, "👩‍👩‍👧‍👦", "🏴\U000e0067\U000e0062",
    "=1+1", "=HYPERLINK(\"https://evil.example\")", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "../../etc/passwd", "..%2f..%2fetc", "C:\\con", "' OR 1=1 --", "'; DROP TABLE ix_jobs; --",
    "null", "undefined", "NaN", "true", "0", "-0", "1e400", "[object Object]", "__proto__", "constructor", "toString", "hasOwnProperty", "then", "a b", " lead", "trail ", "tab:x", "a,b",
    "\"quoted\"", "'single'", "a:b:c", "status:error", "use_case:x", "?after=x", "#/jobs", "%", "%zz", "+", "&a=b", ";", "//evil.example", "\\\\evil", "mailto:x@y", "a/b/c", ".", "..",
    "\ufffd", "\ufffe", "\ue000", "\u2028line", "\u2029para", "\u00ad", "ﷺ", "W" * 255, "w " * 127, "日本語" * 40, "ß", "ı", "İ", "ſ", "\u1160", "\u3164",
]
# Each of them within another text as well, so that 200 stand in every field.
CORPUS = (MARKUP + TEXT + [f"order {one} 17"[:250] for one in MARKUP + TEXT])[:200]
assert len(CORPUS) == 200
NAMES = [one.encode()[:240].decode(errors="ignore") for one in CORPUS]


def quote(text):
    return urllib.parse.quote(text, safe="")


def deep(levels):
    value = "<b>deep</b>"
    for _ in range(levels):
        value = {"<i>": [value]} if isinstance(value, str) else {"k": value}
    return value


def harmless(page):
    """What no text may have brought about."""
    return page.evaluate("""() => ({
      made: [...document.querySelectorAll('main :is(img,script,iframe,object,embed,base,link,meta,style,form,video,math,template)')].map(e => e.outerHTML.slice(0, 80)),
      links: [...document.querySelectorAll('main a')].map(a => a.href).filter(h => new URL(h).origin !== location.origin),
      handlers: [...document.querySelectorAll('main *')].filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length,
      reports, title: document.title })""")


def test_200_texts_in_every_field_stay_texts(browser, house):
    bodies = []
    for number, (text, name) in enumerate(zip(CORPUS, NAMES)):
        common = {"ix_client_id": name, "request_id": f"{name} {number}"}
        bodies.append({"use_case": "extract", **common, "context": {
            text: text, "list": [text, {"k": text}], "text": text, "log": text, "word": text, **({"fail": name[:60], "message": text} if number % 2 else {})}})
        bodies.append({"use_case": name, "ix_client_id": name, "request_id": f"u {number}", "context": {}, **({"queue": name, "group_key": name} if number % 10 == 0 else {})})
    for name in NAMES[::10]:
        house.call("/v1/queues/" + quote(name), {"concurrency": 1})
    jobs = house.enqueue_all(bodies)
    own = set(jobs)
    until(lambda: not own.intersection(job["job_id"] for job in house.call("/v1/jobs?status=pending,running&use_case=extract&limit=500")["jobs"]), 240, "the ends")
    page = browser.page("")
    seen = 0
    paths = ["", "jobs", "jobs?status=error", "pipelines", "queues", "schedules", "daemons", "callbacks", "history", "activity"]
    paths += [f"job/{job}" for job in jobs[::2]]
    paths += [form + quote(name) for name in NAMES[::4] for form in ("pipeline/", "jobs?client_id=", "history?use_case=", "jobs?find=")]
    for path in paths:
        if path.startswith("job/"):
            page.goto("/#/" + path)
            holds(page, f"document.title.startsWith('Job {path[4:12]} · ')")
            for summary in page.locator("main > details > summary").all():
                summary.click()
            page.wait_for_selector(".tree")
        else:
            Browser.go(page, path)
        found = harmless(page)
        assert not found["made"] and not found["links"] and not found["handlers"] and not found["reports"], (path, found)
        assert found["title"].endswith(" · ix-worker") and page.url.startswith(house.base), (path, found)
        seen += 1
    return f"{seen} pages, 0 reports"


def test_a_line_of_a_mebibyte_and_64_levels_leave_the_page_quick(browser, house):
    job = house.enqueue("big", {"log": "<b>", "long": 1 << 20, "deep": deep(58), "numbers": [1e300, 12345678901234567890], "wide": list(range(5000))})
    house.ended(job, 60)
    page = browser.page("job/" + job)
    page.click("summary:has-text('Request')")
    page.wait_for_selector(".tree")
    longest = page.evaluate("""async () => { let longest = 0, last = performance.now();
      for (let n = 0; n < 60; n++) { await new Promise(requestAnimationFrame); longest = Math.max(longest, performance.now() - last); last = performance.now(); } return longest; }""")
    found = harmless(page)
    assert not found["made"] and not found["reports"], found
    assert "12345678901234567890" in page.text_content(".tree")
    return f"longest frame {longest:.0f} ms"
