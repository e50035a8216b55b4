#!/usr/bin/env python3
"""Runs the dashboard's tests in Debian's Chromium against a real daemon.

  run.py FOLDER-OF-THE-PROGRAMS [--stores sqlite,postgres] [--only WORD] [--shift SECONDS]
"""
import argparse
import sys
import time
import traceback

from playwright.sync_api import sync_playwright

import budgets
import flows
import hostile
import roles
import rules
from house import Browser, House


def tests(module, word):
    return [test for name, test in vars(module).items() if name.startswith("test_") and (not word or word in name)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs")
    parser.add_argument("--stores", default="sqlite,postgres")
    parser.add_argument("--only", default="")
    parser.add_argument("--shift", type=int, default=60, help="seconds of live changes under which nothing may move")
    options = parser.parse_args()
    budgets.SHIFT_SECONDS = options.shift
    failed = count = 0
    with sync_playwright() as playwright:
        for store in options.stores.split(","):
            house = House(options.programs, store)
            browser = Browser(playwright, house)
            try:
                # What no store changes is looked at on one.
                modules = [flows, roles] + ([budgets, rules, hostile] if store == "sqlite" else [])
                for test in [test for module in modules for test in tests(module, options.only)]:
                    count += 1
                    start, browser.faults[:] = time.monotonic(), []
                    try:
                        said = test(browser, house)
                        assert not browser.faults, browser.faults[:5]
                        print(f"ok   {store} {test.__name__[5:]} {time.monotonic() - start:.1f} s{' ' + said if said else ''}", flush=True)
                    except Exception:
                        failed += 1
                        print(f"FAIL {store} {test.__name__[5:]}", flush=True)
                        traceback.print_exc()
                    for context in browser.chromium.contexts:
                        context.close()
                rules.check_requests(browser)
            finally:
                browser.close()
                house.close()
    print(f"dashboard: {count} tests, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
