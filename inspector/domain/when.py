"""Days and hours of the county. China keeps one time all year: UTC+8, whatever zone the laptop believes in."""

from datetime import UTC, date, datetime, timedelta, timezone

from inspector.domain.entries import Stamp

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def local_time(wall: int) -> datetime:
    """The county's date and time of a wall clock reading in milliseconds."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=wall)).astimezone(CHINA)


def local_date(stamp: Stamp) -> date:
    """The county's day of a stamp."""
    return local_time(stamp.wall).date()


def show_time(wall: int) -> str:
    """For people: "2026-11-22 21:40"."""
    return local_time(wall).strftime("%Y-%m-%d %H:%M")
