"""What a token may not do, the page shows as not to be done."""
from house import until


def test_a_reader_sees_why_it_can_t_act(browser, house):
    job = house.enqueue(f"reader {house.store}", {})
    house.ended(job)
    page = browser.page("job/" + job, house.token("reader", f"r1-{house.store}"))
    for name in ("Resubmit", "Cancel"):
        button = page.locator(f"h1 button:text-is('{name}')")
        assert button.is_disabled() and "needs producer" in button.get_attribute("title"), name
    page.goto("/#/jobs")
    page.wait_for_selector("select[aria-label^='Change all']")
    assert "needs operator" in page.inner_text("select[aria-label^='Change all']")
    page.goto("/#/activity")
    page.wait_for_selector(".problem")


def test_a_token_without_documents_sees_none(browser, house):
    job = house.enqueue(f"hidden {house.store}", {"log": "s3cr3t-log", "text": "s3cr3t-text", "fail": "bad", "message": "s3cr3t-message"})
    house.ended(job)
    page = browser.page("job/" + job, house.token("reader", f"r2-{house.store}", "--documents", "no"))
    page.click("summary:has-text('Request')")
    page.wait_for_selector("text=doesn’t show documents")
    assert "s3cr3t" not in page.content()


def test_a_producer_of_a_client_sees_its_jobs_and_acts_on_them(browser, house):
    own = house.enqueue(f"own {house.store}", {"sleep": 60}, client="north")
    house.enqueue(f"other {house.store}", {}, client="south")
    page = browser.page("jobs", house.token("producer", f"p1-{house.store}", "--client-id", "north"))
    page.wait_for_selector(f"tr[data-key='{own}']")
    assert "south" not in page.inner_text("tbody")
    page.goto("/#/")
    page.wait_for_selector("text=of the client north")
    page.goto("/#/pipelines")
    page.wait_for_selector("td:has-text('extract')")
    page.goto(f"/#/job/{own}")
    page.click("h1 button:text-is('Cancel')")
    page.click("dialog button:text-is('Cancel job')")
    until(lambda: house.job(own)["status"] == "error", what="the cancel")


def test_the_page_works_as_plain_http_under_a_name(browser, house):
    job = house.enqueue(f"name {house.store}", {})
    house.ended(job)
    page = browser.context(base=f"http://queue.test:{house.port}").new_page()
    page.goto(f"/login#to=#/job/{job}")
    page.fill("#token", house.operator)
    page.click("text=Log in")
    page.wait_for_selector(".live-live")
    page.select_option("select[aria-label='Copy']", "id")
    page.wait_for_selector("dialog textarea")
    assert page.input_value("dialog textarea") == job
