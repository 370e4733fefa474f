"""How a paper is served (送达), and what has to be said of each way."""

from dataclasses import dataclass

from inspector.domain.objections import REASON_LENGTH
from inspector.domain.scalars import day
from inspector.errors import BadInput

METHODS = {
    "personal": ("直接送达", "handed over"),
    "refused": ("拒收", "refused"),
    "left": ("留置送达", "left there"),
    "mail": ("邮寄送达", "by mail"),
    "electronic": ("电子送达", "electronically"),
}
"""How a paper is served. Electronically only with consent; within 7 days where nobody was there (行政处罚法 61)."""
SERVE_DAYS = 7
"""Natural days; those of 行政处罚法 第六十一条 are working days (第八十五条), and so never end before these."""
SERVICE_FIELDS = ("method", "date", "receiver", "relation", "witness", "consent", "note")


@dataclass(frozen=True, slots=True)
class Service:
    """How, when and to whom a paper was served.

    Attributes:
        method: one of `METHODS`.
        date: the day, "YYYY-MM-DD".
        receiver, relation: who took it, and what that person is to the one it is for.
        witness: who saw that it was refused or left.
        consent: who agreed to electronic service, and how.
        note: what else there is to say; of a recording, what of it shows the service.
    """

    method: str
    date: str
    receiver: str = ""
    relation: str = ""
    witness: str = ""
    consent: str = ""
    note: str = ""

    def to_data(self) -> dict[str, str]:
        """As the data of an entry."""
        return {name: getattr(self, name) for name in SERVICE_FIELDS}


def read_day(text: str) -> str:
    """A day in canonical form.

    Raises:
        BadInput: it is none.
    """
    try:
        return day(text)
    except ValueError as error:
        raise BadInput(
            f"日期“{text}”看不懂，请写成 2027-06-30。", f"{text!r} is not a date; write 2027-06-30.", code="date"
        ) from error  # fmt: skip


def checked(service: Service, *, issued_on: str, today: str) -> Service:
    """The service with its day in canonical form, if it is whole.

    Raises:
        BadInput: an unknown method, a day before the paper's or yet to come, or what the method needs is not said.
    """
    if service.method not in METHODS:
        raise BadInput(
            f"不认识的送达方式“{service.method}”。", f"Unknown way of service {service.method!r}.",
            hint=("、".join(METHODS), ", ".join(METHODS)), code="paper.method",
        )  # fmt: skip
    values = {name: str(getattr(service, name)).strip() for name in SERVICE_FIELDS}
    values["date"] = read_day(values["date"])
    found = Service(**values)
    if found.date < issued_on:
        raise BadInput(
            f"送达日期 {found.date} 早于文书日期 {issued_on}，没有记录。",
            f"Served on {found.date}, before it was issued on {issued_on}; it was not recorded.",
            code="paper.early",
        )
    if found.date > today:
        raise BadInput(
            f"送达日期 {found.date} 还没有到，没有记录。", f"{found.date} is yet to come; it was not recorded.",
            code="paper.future",
        )  # fmt: skip
    _refuse_incomplete(found)
    return found


def _refuse_incomplete(service: Service) -> None:
    if service.method in ("personal", "mail") and not service.receiver:
        raise BadInput(
            "没有写受送达人（签收人）。", "Nobody is named who received it.",
            hint=("写明谁签收；不是本人的，写明与当事人的关系。", "Say who took it, and what that person is to the party."),
            code="paper.receiver",
        )  # fmt: skip
    recorded = sum(sign.isalnum() for sign in service.note) >= REASON_LENGTH
    if service.method in ("refused", "left") and not service.witness and not recorded:
        raise BadInput(
            "拒收或留置要有见证人，或写明全程音像记录。",
            "A refusal, or leaving it there, needs a witness or a note of the full recording.",
            hint=("写见证人姓名（--witness），或在备注里写明音像记录的起止和内容（--note）。",
                  "Name the witness (--witness), or say in the note what of the recording shows it (--note)."),
            code="paper.witness",
        )  # fmt: skip
    if service.method == "electronic" and not service.consent:
        raise BadInput(
            "电子送达须经当事人同意并确认。", "Electronic service needs the party's recorded consent.",
            hint=("写明谁、怎样同意的（--consent）；依据行政处罚法第六十一条。",
                  "Say who agreed and how (--consent); 行政处罚法 article 61."),
            code="paper.consent",
        )  # fmt: skip
