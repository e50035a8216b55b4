#!/usr/bin/env python3
"""Prints what Python's zoneinfo says of every zone of this machine from 2020 to 2040, for ZoneTableTests to compare.

  moments.py                         a group of lines for all zones with the same clock
  moments.py --show ZONE CRON FROM TO   the moments behind one line

The moments are found by a plain algorithm that shares nothing with the daemon's: every local time of a day is turned into a
moment, and, with * in the hour, every five minutes are asked what the clock shows.
"""
import calendar
import collections
import datetime
import pathlib
import sys
import zoneinfo

FIRST = calendar.timegm((2020, 1, 1, 0, 0, 0))
LAST = calendar.timegm((2041, 1, 1, 0, 0, 0))
STEP = 24 * 3600
AROUND = 40 * 3600
DAY = datetime.timedelta(days=1)
EPOCH = datetime.datetime(1970, 1, 1)
# Over the whole range, and around each change of the clock.
SPARSE = ["30 2 * * 0", "0 0 1 * *", "0 12 29 2 *", "15 3 */10 3,4,9-11 *", "0 0 13 * 5"]
NEAR = [
    "0 0 * * *", "30 1,2,3 * * *", "*/20 0-4 * * *", "59 23 * * *", "0 1 * * SUN", "0 * * * *", "30 */2 * * *",
    "*/30 * * * *", "10 */3 1-7,24-31 3,4,10,11 SUN,5",
]
NAMES = {name: number for number, name in enumerate("SUN MON TUE WED THU FRI SAT".split())}


def numbers(text, first, last):
    chosen = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        low, _, high = span.partition("-")
        if span == "*":
            low, high = first, last
        low, high = (NAMES[end] if end in NAMES else int(end) if end else int(low) for end in (low, high or low))
        chosen.update(range(low, high + 1, int(step or 1)))
    return chosen


class Cron:
    def __init__(self, text):
        fields = text.split()
        self.minutes, self.hours = numbers(fields[0], 0, 59), numbers(fields[1], 0, 23)
        self.days, self.months = numbers(fields[2], 1, 31), numbers(fields[3], 1, 12)
        self.weekdays = {day % 7 for day in numbers(fields[4], 0, 7)}
        self.both = fields[2].startswith("*") or fields[4].startswith("*")
        self.elapsed = fields[1].startswith("*")

    def takes(self, date):
        byDay, byWeekday = date.day in self.days, date.isoweekday() % 7 in self.weekdays
        return date.month in self.months and (byDay and byWeekday if self.both else byDay or byWeekday)


def offset(zone, moment):
    return int(datetime.datetime.fromtimestamp(moment, zone).utcoffset().total_seconds())


def changes(zone):
    """The moments from FIRST to LAST at which the offset changes, with the offsets before and after."""
    found, before = [], offset(zone, FIRST)
    for moment in range(FIRST, LAST, STEP):
        after = offset(zone, moment + STEP)
        if after != before:
            low, high = moment, moment + STEP
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            found.append((high, before, offset(zone, high)))
            before = after
    return found


def moments(cron, zone, clock, start, end):
    """The moments after `start` until `end`, by local days or by elapsed time."""
    found = set()
    if cron.elapsed:
        for moment in range((start // 300 + 1) * 300, end + 1, 300):
            local = datetime.datetime.fromtimestamp(moment, zone)
            if local.hour in cron.hours and local.minute in cron.minutes and cron.takes(local):
                found.add(moment)
        return sorted(found)
    day = datetime.datetime.utcfromtimestamp(start).replace(hour=0, minute=0, second=0) - 2 * DAY
    while day <= datetime.datetime.utcfromtimestamp(end) + 2 * DAY:
        if cron.takes(day):
            for hour in cron.hours:
                for minute in cron.minutes:
                    found.add(shown(day.replace(hour=hour, minute=minute), zone, clock))
        day += DAY
    return sorted(moment for moment in found if start < moment <= end)


def shown(local, zone, clock):
    """The first moment when the clock shows `local`; where none does, the end of the gap."""
    moment = int(local.replace(tzinfo=zone, fold=0).timestamp())
    if datetime.datetime.fromtimestamp(moment, zone).replace(tzinfo=None) == local:
        return moment
    seconds = int((local - EPOCH).total_seconds())
    return next(at for at, before, after in clock if at + before <= seconds < at + after)


def windows(clock):
    """The time around each change; overlapping windows are one."""
    joined = []
    for at, _, _ in clock:
        if joined and at - AROUND <= joined[-1][1]:
            joined[-1][1] = at + AROUND
        else:
            joined.append([at - AROUND, at + AROUND])
    return joined


def mixed(values):
    state = 0
    for value in values:
        state = (state * 1_000_003 + value) % 2**64
    return state


def main():
    if sys.argv[1:2] == ["--show"]:
        zone = zoneinfo.ZoneInfo(sys.argv[2])
        found = moments(Cron(sys.argv[3]), zone, changes(zone), int(sys.argv[4]), int(sys.argv[5]))
        print("\n".join(str(datetime.datetime.fromtimestamp(at, zone)) for at in found))
        return
    files = collections.defaultdict(list)
    for name in sorted(zoneinfo.available_timezones() - {"localtime"}):
        files[next(path for folder in zoneinfo.TZPATH if (path := pathlib.Path(folder, name)).exists()).read_bytes()].append(name)
    clocks = collections.defaultdict(list)
    for names in files.values():
        zone = zoneinfo.ZoneInfo(names[0])
        clocks[(offset(zone, FIRST), tuple(changes(zone)))] += names
    for (_, clock), names in clocks.items():
        zone = zoneinfo.ZoneInfo(names[0])
        print("zones", ",".join(names), sep="\t")
        print("offsets", FIRST, LAST, STEP, mixed(offset(zone, at) for at in range(FIRST, LAST, STEP)), sep="\t")
        asked = [(cron, FIRST, LAST) for cron in SPARSE]
        asked += [(cron, start, end) for start, end in windows(clock) for cron in NEAR]
        for text, start, end in asked:
            found = moments(Cron(text), zone, clock, start, end)
            print("moments", text, start, end, len(found), mixed(found), sep="\t")


if __name__ == "__main__":
    main()
