"""Bytes, requests, moving parts, memory: what the dashboard may cost."""
import gzip
import json
import time
import urllib.request

from house import ROOT, until

SHIFT_SECONDS = 60
FILES = ROOT / "Sources" / "IXServer" / "Assets" / "files"


def test_all_files_weigh_less_than_60_kb(browser, house):
    total = sum(len(gzip.compress(file.read_bytes(), 9)) for file in FILES.iterdir())
    assert total < 60_000, total
    return f"{total} bytes, gzip"


def test_the_first_view_takes_8_requests_and_30_kb_at_most(browser, house):
    context = browser.context(house.operator)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    begun, types, sizes = [], {}, {}
    session.on("Network.requestWillBeSent", lambda event: (begun.append(event["request"]["url"]), types.update({event["requestId"]: event["request"]["url"]})))
    session.on("Network.loadingFinished", lambda event: sizes.update({types.get(event["requestId"], "?"): event["encodedDataLength"]}))
    page.add_init_script("""new MutationObserver(() => { if (!window.__said && document.querySelector('.say')?.textContent)
      window.__said = performance.now(); }).observe(document, {subtree: true, childList: true, characterData: true});""")
    page.goto("/")
    page.wait_for_selector(".live-live")
    shown = page.evaluate("window.__said")
    before = page.evaluate("[location.href, ...performance.getEntriesByType('resource').filter(one => one.startTime <= __said).map(one => one.name)]")
    page.wait_for_timeout(500)
    own = {url: size for url, size in sizes.items() if "/v1/" not in url}
    assert len(before) <= 8, before
    assert sum(own.values()) < 30_000, own
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    return f"{len(before)} requests, {sum(own.values())} bytes, first paint {paint:.0f} ms, sentence {shown:.0f} ms"


def test_nothing_moves_under_live_changes(browser, house):
    """Home, a list and a job, while jobs come, run and end."""
    house.enqueue_all({"use_case": "extract", "ix_client_id": "shop", "request_id": f"before {n}", "context": {}} for n in range(60))
    long = house.enqueue("watched", {"sleep": SHIFT_SECONDS + 20, "steps": 40})
    until(lambda: house.job(long)["status"] == "running", 60)
    context = browser.context(house.operator)
    pages = []
    for path in ("", "jobs", f"job/{long}", "pipelines", "daemons"):
        page = context.new_page()
        browser.go(page, path)
        page.wait_for_timeout(1500)
        page.evaluate("shifts.length = 0")
        pages.append((path, page))
    end, number = time.monotonic() + SHIFT_SECONDS, 0
    while time.monotonic() < end:
        number += 1
        house.enqueue(f"during {number}", {"sleep": 0.2, **({"fail": "odd"} if number % 5 == 0 else {})}, ["extract", "ocr", "echo"][number % 3])
        pages[0][1].wait_for_timeout(400)
    moved = {path or "home": page.evaluate("shifts") for path, page in pages}
    house.call(f"/v1/jobs/{long}/cancel", {})
    assert all(sum(one[0] for one in list_) == 0 for list_ in moved.values()), json.dumps(moved)[:1500]
    return f"{number} jobs in {SHIFT_SECONDS} s, shift 0"


def test_an_open_home_keeps_its_memory(browser, house):
    """A short form: ten minutes' worth of states in a row, by the stream's own events."""
    page = browser.page("")
    page.wait_for_selector(".live-live")
    session = page.context.new_cdp_session(page)

    def heap():
        session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"]

    page.wait_for_timeout(2000)
    before = heap()
    for number in range(40):
        house.enqueue(f"heap {number}", {})
        page.wait_for_timeout(250)
    grown = heap() - before
    assert grown < 2 << 20, grown
    return f"{grown / 1024:+.0f} KiB"


def test_a_look_at_a_page_costs_the_server_no_more_with_more_viewers(browser, house):
    """The stream is one look a second, whoever watches; Home and lists of eight viewers share their answers."""
    pages = [browser.context(house.operator).new_page() for _ in range(8)]
    for number, page in enumerate(pages):
        browser.go(page, ["", "jobs"][number % 2])
    page.wait_for_timeout(1500)
    browser.requests.clear()
    answers = []
    for one in pages:
        one.on("response", lambda answer: "/v1/jobs?" in answer.url and answers.append(answer))
    start = time.monotonic()
    while (seconds := time.monotonic() - start) < 16:
        # Jobs that run for a moment change the counts, which the pages follow.
        house.enqueue(f"viewed {seconds:.1f}", {"sleep": 1.2})
        page.wait_for_timeout(700)
    # Each reading of a list has a moment of its own.
    looks = len({answer.json()["as_of"] for answer in answers})
    assert len(answers) >= 8 and looks / seconds <= 1, (looks, len(answers))
    asked = sum("/v1/" in url for _, url in browser.requests)
    return f"{asked / seconds:.2f} requests a second of 8 viewers; lists {len(answers)}, read {looks} times"


def test_a_file_stays_in_the_browser(browser, house):
    text = urllib.request.urlopen(house.base + "/").read().decode()
    name = [part for part in text.split('"') if part.endswith("ix.css")][0]
    answer = urllib.request.urlopen(f"{house.base}/{name}")
    assert "immutable" in answer.headers["cache-control"]
