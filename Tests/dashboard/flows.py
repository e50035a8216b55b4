"""What people do with the dashboard, from the first click to what the store then holds."""
import copy
import json
import re
import signal
import time

from house import Browser, House, holds, until


def test_a_token_opens_the_page_that_was_asked_for(browser, house):
    page = browser.context().new_page()
    page.goto("/#/jobs?status=error")
    page.wait_for_url(re.compile("/login"))
    page.fill("#token", "ixt_wrong_token")
    page.click("text=Log in")
    holds(page, "document.getElementById('state').textContent.length > 10")
    page.fill("#token", house.operator)
    page.click("text=Log in")
    page.wait_for_url("**/#/jobs?status=error")
    page.wait_for_selector("h1:has-text('Jobs')")
    assert house.operator not in page.content()
    page.click("#me")
    page.click("text=Log out")
    page.wait_for_url(re.compile("/login"))
    page.goto("/#/jobs")
    page.wait_for_url(re.compile("/login"))


def test_a_link_logs_in_once(browser, house):
    said = house.run("ixctl", "open", "--url", house.base + "/")
    link = re.search(r"http://\S+#link=\S+", said).group().split("/login")[1]
    page = browser.context().new_page()
    page.goto("/login" + link)
    page.wait_for_selector("h1:has-text('Home')")
    other = browser.context().new_page()
    other.goto("/login" + link)
    holds(other, "document.getElementById('state').textContent.length > 10")


def test_a_revoked_token_leads_to_the_login(browser, house):
    token = house.token("reader", "passing")
    page = browser.page("", token)
    page.wait_for_selector(".live-live")
    house.run("ixctl", "token", "revoke", "passing")
    page.wait_for_url(re.compile("/login"), timeout=20000)


def test_a_job_is_found_by_its_id_by_its_request_and_by_a_filter(browser, house):
    job = house.enqueue("find me", {"fail": "lost", "message": "no page"})
    house.ended(job)
    page = browser.page("")
    search = lambda text: (page.keyboard.press("/"), page.keyboard.type(text), page.keyboard.press("Enter"))
    search(job)
    page.wait_for_selector("h1:has-text('Job')")
    page.wait_for_selector("text=no page")
    page.evaluate("document.activeElement.blur()")
    page.fill("#q", "")
    page.evaluate("document.activeElement.blur()")
    search('client_id:shop "find me"')
    page.wait_for_url(f"**/#/job/{job}")
    page.fill("#q", "status:error error_code:lost")
    page.press("#q", "Enter")
    page.wait_for_selector(f"tr[data-key='{job}']")
    assert page.locator("tbody tr").count() == 1
    page.go_back()
    page.wait_for_url(f"**/#/job/{job}")
    page.goto("/#/job/00000000-0000-4000-8000-000000000000")
    page.wait_for_selector("text=may have been deleted")


def test_a_running_job_shows_progress_and_log_to_its_end(browser, house):
    job = house.enqueue(f"follow {house.store}", {"sleep": 6, "steps": 6, "text": "12345678901234567890.10"})
    page = browser.page("job/" + job)
    page.wait_for_selector("h1 .s.running")
    page.wait_for_selector("progress")
    holds(page, "/page [1-5] of 6 read/.test(document.querySelector('pre.log').textContent)")
    # A page that is opened meanwhile has read a part of the log before its stream begins.
    page.reload()
    holds(page, "/page [3-5] of 6 read/.test(document.querySelector('pre.log')?.textContent ?? '')")
    lines = page.inner_text("pre.log").strip().splitlines()
    assert len(lines) == len(set(lines)), lines
    page.wait_for_selector("h1 .s.done", timeout=20000)
    holds(page, "document.querySelector('pre.log').textContent.includes('page 6 of 6 read')")
    lines = page.inner_text("pre.log").strip().splitlines()
    assert lines == [f"page {step} of 6 read" for step in range(1, 7)], lines
    page.click("summary:has-text('Response')")
    page.wait_for_selector(".tree")
    assert "12345678901234567890.10" in page.inner_text(".tree")


def test_a_job_is_cancelled_and_resubmitted_by_keys_alone(browser, house):
    job = house.enqueue(f"keys {house.store}", {"sleep": 60}, client="keys")
    until(lambda: house.job(job)["status"] == "running", what="the start")
    page = browser.page("jobs?client_id=keys")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_selector("h1 .s.running")
    page.keyboard.press("c")
    page.wait_for_selector("dialog")
    assert page.evaluate("document.activeElement.textContent") == "Keep"
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog", state="detached")
    assert house.job(job)["status"] == "running"
    page.keyboard.press("c")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert house.ended(job)["error_code"] == "cancelled"
    page.wait_for_selector("h1 .s.error")
    page.keyboard.press("r")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    holds(page, f"!location.hash.includes('{job}')")
    page.wait_for_selector("text=repeats")
    new = page.evaluate("location.hash.split('/').pop()")
    assert house.job(new)["resubmit_of"] == job
    house.call(f"/v1/jobs/{new}/cancel", {})


def test_a_callback_that_was_given_up_is_redelivered(browser, house):
    job = house.enqueue(f"call {house.store}", {}, callback_url="http://127.0.0.1:9/x?secret=s3cr3t")
    until(lambda: house.job(job)["callback_status"] == "failed", 40, "the last try")
    page = browser.page("callbacks?state=failed")
    page.wait_for_selector(f"tr[data-key='{job}']")
    assert "s3cr3t" not in page.content()
    page.click(f"tr[data-key='{job}'] button")
    page.click("dialog button:has-text('Redeliver job')")
    page.wait_for_selector("dialog", state="detached")
    until(lambda: len(house.call(f"/v1/jobs/{job}/callback")["deliveries"]) > 2, 30, "another try")
    page.goto(f"/#/job/{job}")
    page.wait_for_selector("h2:has-text('Callback')")
    assert "s3cr3t" not in page.content()


def test_many_jobs_are_cancelled_by_preview_number_and_operation(browser, house):
    house.enqueue_all({"use_case": "later", "ix_client_id": "many", "request_id": f"m{n}", "context": {}} for n in range(150))
    page = browser.page("jobs?client_id=many")
    page.select_option("select[aria-label^='Change all']", label="Cancel all matching…")
    dialog = page.locator("dialog")
    dialog.wait_for()
    text = dialog.inner_text()
    assert "150" in text and "client_id:many" in text and "as of" in text, text
    go = dialog.locator("button:has-text('Cancel jobs')")
    assert go.is_disabled() and page.evaluate("document.activeElement.textContent") == "Keep"
    dialog.locator("input").fill("15")
    assert go.is_disabled()
    late = house.enqueue("late", {}, "later", "many")
    dialog.locator("input").fill("150")
    go.click()
    page.wait_for_selector("text=Done: 150 changed")
    page.click("dialog button:has-text('Close')")
    assert house.job(late)["status"] == "pending"
    house.call(f"/v1/jobs/{late}/cancel", {})
    page.goto("/#/activity")
    page.wait_for_selector("text=client_id:many")


def test_new_jobs_wait_until_they_are_asked_for(browser, house):
    first = house.enqueue(f"first {house.store}", {}, client="fresh")
    house.ended(first)
    page = browser.page("jobs?client_id=fresh")
    page.wait_for_selector(f"tr[data-key='{first}'] .s.done")
    second = house.enqueue(f"second {house.store}", {}, client="fresh")
    page.wait_for_selector("text=1 new job", timeout=20000)
    assert page.locator("tbody tr").count() == 1
    page.keyboard.press("n")
    page.wait_for_selector(f"tr[data-key='{second}']")


def test_a_breaker_opens_and_closes_before_the_eyes(browser, house):
    program = house.path / "late"
    program.unlink(missing_ok=True)
    page = browser.page("")
    page.wait_for_selector(".live-live")
    job = house.enqueue(f"breaker {house.store}", {}, "broken")
    page.wait_for_selector(".notes .bad:has-text('broken')", timeout=30000)
    page.wait_for_selector("text=breaker open")
    program.write_text("#!/bin/sh\ncat >/dev/null\necho '{\"response\":{}}'\n")
    program.chmod(0o755)
    house.ended(job, 60)
    page.wait_for_selector(".notes .bad:has-text('broken')", state="detached", timeout=30000)


def test_a_queue_is_paused_and_resumed(browser, house):
    house.call("/v1/queues/line", {"concurrency": 1})
    house.call("/v1/queues/line/pause", {})
    job = house.enqueue(f"line {house.store}", {}, queue="line", group_key="a")
    page = browser.page("queues?queue=line")
    page.wait_for_selector(".s.paused")
    page.click("button:has-text('Resume…')")
    page.click("dialog button:text-is('Resume')")
    assert house.ended(job)["status"] == "done"
    page.click("button:has-text('Pause…')")
    page.click("dialog button:text-is('Pause')")
    until(lambda: [one for one in house.call("/v1/queues")["queues"] if one["queue"] == "line"][0]["paused_at"])
    house.call("/v1/queues/line/resume", {})


def test_home_says_how_many_of_the_waiting_jobs_stand_in_line(browser, house):
    page = browser.page("")
    page.wait_for_selector(".live-live")
    # The look at the queue may be from before, when another test's jobs stood in line.
    until(lambda: "in line" not in page.inner_text(".say"), 40, "no job in line")
    house.call("/v1/queues/line", {"concurrency": 1})
    house.call("/v1/queues/line/pause", {})
    jobs = [house.enqueue(f"held {house.store} {number}", {}, queue="line") for number in range(3)]
    until(lambda: re.search(r"\b3 wait in line|\(3 in line\)", page.inner_text(".say")), 40, "three jobs in line")
    house.call("/v1/queues/line/resume", {})
    for job in jobs:
        house.ended(job)
    until(lambda: "in line" not in page.inner_text(".say"), 40, "no job in line")


def test_a_batch_is_followed_to_its_finisher(browser, house):
    batch = house.batch(f"whole {house.store}", {"text": "all"}, is_open=True)
    page = browser.page("job/" + batch)
    page.wait_for_selector("text=0 of 0 members ended")
    members = [house.enqueue(f"part {house.store} {number}", {"sleep": 0.2}, batch_id=batch) for number in range(3)]
    page.wait_for_selector("text=3 of 3 members ended", timeout=30000)
    page.wait_for_selector("h1 .s.pending")
    page.click("text=3 of 3 members ended")
    page.wait_for_url(f"**/#/jobs?batch={batch}")
    for member in members:
        page.wait_for_selector(f"tr[data-key='{member}']")
    assert page.locator("tbody tr").count() == 3
    page.goto(f"/#/job/{members[0]}")
    page.click(f"a[href$='job/{batch}']")
    page.wait_for_url(f"**/#/job/{batch}")
    page.click("button:has-text('Close batch')")
    page.click("dialog button:has-text('Close batch')")
    page.wait_for_selector("h1 .s.done", timeout=30000)
    page.wait_for_selector("button:has-text('Cancel batch')", state="detached")
    assert house.job(batch)["status"] == "done"


def test_a_batch_is_cancelled_as_a_whole(browser, house):
    batch = house.batch(f"given up {house.store}")
    ended = house.enqueue(f"early {house.store}", {}, batch_id=batch)
    late = [house.enqueue(f"late {house.store} {number}", {"sleep": 200}, batch_id=batch, run_at="2099-01-01T00:00:00Z") for number in range(2)]
    house.ended(ended)
    page = browser.page("job/" + batch)
    page.wait_for_selector("text=1 of 3 members ended")
    page.wait_for_selector("p:has-text('Waits for 2 jobs, such as') a[href*='job/']")
    page.click("button:has-text('Cancel batch')")
    page.wait_for_selector("dialog")
    assert page.evaluate("document.activeElement.textContent") == "Keep"
    page.click("dialog button:has-text('Cancel batch')")
    page.wait_for_selector("h1 .s.error", timeout=30000)
    page.wait_for_selector("text=3 of 3 members ended")
    assert [house.job(one)["error_code"] for one in late + [batch]] == ["cancelled"] * 3
    assert house.job(ended)["status"] == "done"


def test_a_schedule_is_paused_resumed_and_fired(browser, house):
    name = f"rule {house.store}"
    house.call("/v1/schedules/" + name.replace(" ", "%20"), {"request": {"use_case": "echo"}, "cron": "30 2 * * *", "time_zone": "Europe/Berlin"})
    read = lambda: [one for one in house.call("/v1/schedules")["schedules"] if one["name"] == name][0]
    page = browser.page("schedules?schedule=" + name.replace(" ", "+"))
    page.wait_for_selector("text=30 2 * * * Europe/Berlin")
    page.wait_for_selector("h2:has-text('Schedule')")
    row = page.locator("tr", has_text=name)
    row.locator("button:has-text('Pause…')").click()
    page.click("dialog button:text-is('Pause')")
    until(lambda: read()["paused_at"])
    row.locator("button:has-text('Fire…')").click()
    page.click("dialog button:text-is('Fire')")
    until(lambda: read()["last_job"])
    assert house.ended(read()["last_job"])["status"] == "done"
    row.locator("button:has-text('Resume…')").click()
    page.click("dialog button:text-is('Resume')")
    until(lambda: not read()["paused_at"])


def test_a_killed_daemon_leaves_the_page_as_it_was_until_it_is_back(browser, house):
    page = browser.page("")
    page.wait_for_selector(".live-live")
    jobs = browser.page("jobs")
    jobs.wait_for_selector("tbody tr")
    rows, sentence = jobs.locator("tbody tr").count(), page.inner_text(".say")
    house.end(signal.SIGKILL)
    page.wait_for_selector(".live-reconnecting", timeout=20000)
    page.wait_for_selector("main.stale", timeout=20000)
    assert page.inner_text(".say") == sentence and jobs.locator("tbody tr").count() == rows
    house.start()
    page.wait_for_selector(".live-live", timeout=30000)
    page.wait_for_selector("main.stale", state="detached")
    assert jobs.locator("tbody tr").count() == rows
    jobs.wait_for_selector(".live-live", timeout=30000)


def test_a_scaled_daemon_shows_its_workers_and_the_wish(browser, house):
    page = browser.page("daemons")
    cell = lambda: page.locator("tbody tr td:nth-child(8)")
    until(lambda: cell().all_inner_texts() == ["4"], 20, "the configuration's number")
    house.run("ixctl", "workers", "scale", "6")
    until(lambda: cell().inner_text() in ("4 → 6", "6 scaled"), 20, "the wish")
    until(lambda: cell().all_inner_texts() == ["6 scaled"], 40, "the number of the wish")
    house.run("ixctl", "workers", "scale", "none")
    until(lambda: cell().all_inner_texts() == ["4"], 40, "the configuration's number again")


def test_the_page_s_numbers_are_those_of_ixctl(browser, house):
    house.enqueue(f"scheduled {house.store}", {}, run_at="2099-01-01T00:00:00Z")
    page = browser.page("")

    def same():
        stats = json.loads(house.run("ixctl", "stats", "--json"))
        tiles = dict(zip(page.locator(".tiles dt").all_inner_texts(), page.locator(".tiles dd").all_inner_texts()))
        return all(tiles[name] == f"{stats[name]:,}" for name in ("due", "scheduled", "running")) and stats["scheduled"] > 0

    until(same, 30, "equal numbers")


def test_ten_tabs_share_one_stream(browser, house):
    context = browser.context(house.operator)
    pages = [context.new_page() for _ in range(10)]
    for page in pages:
        Browser.go(page, "")
    for page in pages:
        page.wait_for_selector(".live-live")
    # Streams of browsers that are gone are noticed within a heartbeat.
    until(lambda: re.search(r"^ix_http_streams 1$", house.call("/metrics"), re.M), 40, "one stream")


def test_a_change_of_ones_own_stays_while_a_standby_lags(browser, house):
    if house.store != "postgres":
        return
    other = House(house.programs, "postgres", has_standby=True)
    try:
        other.call("/v1/queues/line", {"concurrency": 1})
        until(lambda: other.call("/v1/queues")["queues"], 20, "the queue on the standby")
        # The requests of the other server aren't those of the house.
        own = copy.copy(browser)
        own.house, own.requests = other, []
        page = own.page("queues")
        page.wait_for_selector("tr[data-key=line] :text('free')")
        other.on_standby("SELECT pg_wal_replay_pause()")
        page.click("tr[data-key=line] >> text=Pause…")
        page.click("dialog button:text-is('Pause')")
        page.wait_for_selector("tr[data-key=line] :text('paused')")
        start = time.monotonic()
        # Longer than the time in which each look asks the primary, and than the pause between two looks.
        while time.monotonic() - start < 18:
            assert page.query_selector("tr[data-key=line] >> text=Resume…"), page.inner_text("main")
            page.wait_for_timeout(250)
        assert not other.call("/v1/queues")["queues"][0]["paused_at"], "the standby doesn't lag"
        other.on_standby("SELECT pg_wal_replay_resume()")
        until(lambda: other.call("/v1/queues")["queues"][0]["paused_at"], 20, "the pause on the standby")
    finally:
        other.close()
