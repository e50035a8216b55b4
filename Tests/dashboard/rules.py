"""Accessibility by axe, contrast by arithmetic, and that pages ask for nothing outside the API's document."""
import json
import re
import urllib.parse

from axe_playwright_python.sync_playwright import Axe

from house import ROOT, Browser, holds

AXE = Axe()
TAGS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def furnish(house):
    """Every state that a page can show: jobs of all kinds, a breaker, callbacks, a queue, an operation."""
    house.call("/v1/queues/mail", {"concurrency": 1, "group_concurrency": 1, "rate": 5, "rate_seconds": 60})
    house.call("/v1/queues/mail/pause", {})
    house.call("/v1/schedules/nightly", {"request": {"use_case": "echo"}, "cron": "30 2 * * *", "time_zone": "Europe/Berlin"})
    house.enqueue_all(
        [{"use_case": ["extract", "ocr", "echo"][n % 3], "ix_client_id": ["shop", "ledger"][n % 2], "request_id": f"invoice-{1700 + n}",
          "context": {"document": f"/in/{n}.pdf", "sleep": 0.05, **({"fail": "bad_pdf", "message": "page 3 can’t be read: the stream ends too soon"} if n % 8 == 0 else {})},
          **({"callback_url": "http://127.0.0.1:9/x"} if n % 10 == 0 else {})} for n in range(60)]
        + [{"use_case": "broken", "ix_client_id": "shop", "request_id": "b1", "context": {}}]
        + [{"use_case": "unserved", "ix_client_id": "shop", "request_id": f"u{n}", "context": {}} for n in range(3)]
        + [{"use_case": "extract", "ix_client_id": "shop", "request_id": f"mail {n}", "context": {}, "queue": "mail", "group_key": f"customer {n % 3}"} for n in range(9)])
    running = house.enqueue("now", {"sleep": 250, "steps": 100, "list": [1, {"a": None}], "document": "/in/now.pdf"})
    failed = house.enqueue("gone wrong", {"fail": "bad_pdf", "message": "page 3 can’t be read", "sleep": 0.1}, callback_url="http://127.0.0.1:9/x")
    batch = house.batch("all invoices", is_open=True)
    for number in range(4):
        house.enqueue(f"page {number}", {"fail": "bad_pdf", "message": "no page"} if number == 1 else {}, batch_id=batch, **({} if number < 2 else {"queue": "mail"}))
    house.ended(failed, 60)
    return running, failed, batch


def pages(running, failed, batch=None):
    return ([f"job/{batch}", f"jobs?batch={batch}"] if batch else []) + [
            "", "jobs", "jobs?status=error", "jobs?client_id=none", f"job/{running}", f"job/{failed}", "job/none", "pipelines", "pipeline/extract",
            "pipeline/broken", "queues", "queues?queue=mail", "schedules", "schedules?schedule=nightly", "daemons", "callbacks", "history", "activity", "none"]


def violations(page):
    found = AXE.run(page, options=TAGS).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]][:3], one["nodes"][0].get("failureSummary", "")[:200]) for one in found]


def test_axe_finds_nothing_on_any_page_theme_or_width(browser, house):
    furnished = furnish(house)
    faults, count = {}, 0
    for theme in ("light", "dark"):
        for width in (1280, 390):
            context = browser.context(house.operator, width=width, theme=theme)
            page = context.new_page()
            for path in pages(*furnished):
                Browser.go(page, path)
                page.wait_for_timeout(150)
                for summary in page.locator("main > details > summary").all():
                    summary.click()
                # The bar at the top covers what is scrolled behind it.
                page.evaluate("scrollTo(0, 0)")
                found = violations(page)
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                count += 1
                if found or wide > 0:
                    faults[f"{path} {theme} {width}"] = found or f"{wide} px too wide"
            context.close()
    assert not faults, json.dumps(faults, indent=1)[:6000]
    return f"{count} pages, 0 violations"


def test_axe_finds_nothing_in_dialogs(browser, house):
    faults = {}
    for theme in ("light", "dark"):
        page = browser.page("jobs", theme=theme)
        page.keyboard.press("?")
        page.wait_for_selector("dialog[open]")
        faults[theme + " keys"] = violations(page)
        page.keyboard.press("Escape")
        page.click("#me")
        page.wait_for_selector("dialog[open]")
        faults[theme + " session"] = violations(page)
        page.keyboard.press("Escape")
        page.locator("tbody input[type=checkbox]").first.check()
        page.click("button:text-is('Resubmit')")
        page.wait_for_selector("dialog[open]")
        faults[theme + " confirm"] = violations(page)
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.textContent") == "Resubmit"
    login = browser.context().new_page()
    login.goto("/login")
    faults["login"] = [one for one in violations(login)]
    assert not any(faults.values()), faults


def test_focus_stays_where_it_is_while_the_page_changes(browser, house):
    house.call("/v1/queues/mail", {"concurrency": 1})
    house.call("/v1/queues/mail/pause", {})
    house.call("/v1/schedules/nightly", {"request": {"use_case": "echo"}, "cron": "30 2 * * *", "time_zone": "Europe/Berlin"})
    house.enqueue("in line", {}, queue="mail", group_key="a")
    for path, place in {"": ".notes a[href*='mail']", "jobs": "select[aria-label^='Change all']", "callbacks": "main button:has-text('delivered')",
                        "queues": "button:text-is('Resume…')", "schedules": "button:text-is('Pause…')"}.items():
        page = browser.page(path)
        page.locator(place).first.focus()
        before = page.evaluate("document.activeElement.outerHTML")
        for number in range(6):
            house.enqueue(f"focus {path} {number}", {"fail": "odd"} if number % 2 else {})
            page.wait_for_timeout(600)
        assert page.evaluate("document.activeElement.outerHTML") == before, (path, before)
        page.context.close()


def luminance(color):
    parts = [int(color[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_each_color_of_text_has_a_contrast_of_4_5_on_each_ground(browser, house):
    css = (ROOT / "Sources/IXServer/Assets/files/ix.css").read_text()
    whole = lambda text: "#" + "".join(c * 2 for c in text[1:]) if len(text) == 4 else text
    tokens = {name: [whole(light), whole(dark)] for name, light, dark in re.findall(r"--(\w+):light-dark\((#\w+),(#\w+)\)", css)}
    least = 99
    for theme in (0, 1):
        for ground in ("bg", "soft", "warn", "bad", "fine"):
            for text in ("text", "link") + (("muted", "pending", "running", "done", "error") if ground in ("bg", "soft") else ()):
                value = contrast(tokens[text][theme], tokens[ground][theme])
                least = min(least, value)
                assert value >= 4.5, (text, ground, theme, value)
        assert contrast(tokens["edge"][theme], tokens["bg"][theme]) >= 3
    return f"least {least:.2f}"


def test_keys_can_be_switched_off_and_pages_are_reached_by_them(browser, house):
    page = browser.page("")
    for key, path in {"j": "jobs", "p": "pipelines", "d": "daemons", "c": "callbacks", "i": "history", "a": "activity", "q": "queues", "s": "schedules"}.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**/#/{path}")
        holds(page, "document.activeElement.id === 'main'")
    page.click("#me")
    page.click("dialog button:has-text('Keys: on')")
    page.click("dialog button:has-text('Close')")
    page.keyboard.press("t")
    assert page.evaluate("document.documentElement.dataset.theme") is None
    page.evaluate("localStorage.removeItem('ix.keys')")
    page.keyboard.press("t")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def check_requests(browser):
    """Every request of every test went to the server itself, and is an operation of the API's document."""
    paths = json.loads((ROOT / "Sources/IXServer/OpenAPI/openapi.json").read_text())["paths"]
    forms = [(method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path))) for path, methods in paths.items() for method in methods]
    for method, url in set(browser.requests):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme == "about":
            continue
        assert parts.port in browser.ports and parts.hostname in ("127.0.0.1", "queue.test"), url
        assert any(method == one and form.fullmatch(parts.path) for one, form in forms), (method, url)
