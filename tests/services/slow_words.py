"""Words and days of the second counting of the figures."""

from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8))
NOTICES = {
    "order_to_correct", "on_the_spot_order", "rectification_notice", "suspension_notice", "signboard_notice",
    "outdoor_advert_notice", "school_rectification_list",
}  # fmt: skip
PUT_RIGHT = {"passed", "on_spot", "closed", "look_back", "archived", "relapsed"}
CLOSED = {"closed", "look_back", "archived", "relapsed"}
SETTLED = CLOSED - {"look_back"} | {"transferred", "cased", "merged", "voided"}
INDICATORS = {
    "homework_rules": ["C-HW-03"], "homework_posted": ["C-HW-02"], "homework_parents": ["C-HW-05"],
    "homework_time": ["C-HW-01"], "zero_start": ["C-CU-04"], "exams": ["C-EX-01", "C-EX-04"], "after_school": ["C-AS-01"],
}  # fmt: skip


def day_of(wall: int) -> str:
    return datetime.fromtimestamp(wall / 1000, ZONE).date().isoformat()


def hour_of(wall: int) -> int:
    return datetime.fromtimestamp(wall / 1000, ZONE).hour
