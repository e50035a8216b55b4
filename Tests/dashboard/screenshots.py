#!/usr/bin/env python3
"""Pictures of every page, theme and width, of an empty, a busy and a troubled queue, to be looked at by people.

  screenshots.py FOLDER-OF-THE-PROGRAMS FOLDER-OF-THE-PICTURES [--readme PICTURE]
"""
import argparse
import pathlib
import re

from playwright.sync_api import sync_playwright

import rules
from house import Browser, House, until

THEMES, WIDTHS = ("light", "dark"), (1280, 390)


def busy(house):
    """An ordinary day: jobs end, one runs, few fail. Returns a running and an ended job."""
    house.enqueue_all({"use_case": ["extract", "ocr", "echo"][n % 3], "ix_client_id": ["shop", "ledger"][n % 2], "request_id": f"order-{1700 + n}",
                       "context": {"document": f"/in/{n}.pdf", "sleep": 0.02, **({"fail": "bad_pdf", "message": "page 3 can’t be read"} if n % 31 == 0 else {})}} for n in range(120))
    until(lambda: not house.call("/v1/jobs?status=pending&limit=1")["jobs"], 120, "the ends")
    ended = house.call("/v1/jobs?status=error&limit=1")["jobs"][0]["job_id"]
    running = house.enqueue("order-1900", {"sleep": 280, "steps": 120, "document": "/in/1900.pdf"})
    until(lambda: house.job(running)["status"] == "running", 30)
    return running, ended


def pictures(browser, house, folder, name, paths):
    for theme in THEMES:
        for width in WIDTHS:
            context = browser.context(house.operator, width=width, theme=theme)
            page = context.new_page()
            for path in paths:
                Browser.go(page, path)
                page.wait_for_timeout(600)
                text = re.sub(r"(job/|batch=)([0-9a-f]{8}-[0-9a-f-]{27})", lambda found: found[1] + house.job(found[2])["status"], path)
                page.screenshot(path=folder / f"{name}-{re.sub(r'[^a-z0-9]+', '-', text.lower()).strip('-') or 'home'}-{width}-{theme}.png", full_page=True)
            context.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--readme", type=pathlib.Path, help="writes one picture of Home")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        house = House(options.programs)
        browser = Browser(playwright, house)
        try:
            if not options.readme:
                pictures(browser, house, options.folder, "empty", ["", "jobs", "queues", "schedules", "callbacks", "activity", "history"])
            running, ended = busy(house)
            if options.readme:
                house.enqueue("order-1901", {}, "broken")
                house.enqueue("order-1902", {}, run_at="2099-01-01T00:00:00Z")
                page = browser.page("")
                page.set_viewport_size({"width": 1280, "height": 640})
                page.wait_for_selector(".notes .bad")
                page.wait_for_timeout(16000)
                page.screenshot(path=options.readme)
                return
            pictures(browser, house, options.folder, "busy", rules.pages(running, ended))
            furnished = rules.furnish(house)
            page = browser.page("")
            page.wait_for_timeout(15000)
            pictures(browser, house, options.folder, "troubled", rules.pages(*furnished))
        finally:
            browser.close()
            house.close()
    print(f"screenshots: {len(list(options.folder.glob('*.png')))} in {options.folder}")


if __name__ == "__main__":
    main()
