"""What a laptop remembers of its centre since enrolment: settings of the workspace, read as one value.

centre_url  centre_device  centre_name  centre_key (hex)  centre_epoch  ca_file
centre_devices (JSON list: under which devices the centre publishes, by its signed word)
role  officer_name  department  scopes
"""

from dataclasses import dataclass

from inspector.errors import Refusal
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Membership:
    """The centre that this laptop belongs to, and what it is there.

    Attributes:
        url: where the centre answers.
        device, name, key: the centre's device id, name and public key (32 bytes).
        ca_file: a PEM file with the office's own certificate authority; empty for the system's alone.
        officer, role, department: whose laptop it is.
    """

    url: str
    device: str
    name: str
    key: bytes
    ca_file: str
    officer: str
    role: str
    department: str


def membership(store: Store) -> Membership | None:
    """The centre of this workspace; None before enrolment."""
    url, key = store.setting("centre_url"), store.setting("centre_key")
    if url is None or key is None:
        return None
    return Membership(
        url=url,
        device=store.setting("centre_device") or "",
        name=store.setting("centre_name") or "",
        key=bytes.fromhex(key),
        ca_file=store.setting("ca_file") or "",
        officer=store.setting("officer_name") or "",
        role=store.setting("role") or "",
        department=store.setting("department") or "",
    )


def require_membership(store: Store) -> Membership:
    """The centre of this workspace.

    Raises:
        Refusal: the laptop is not enrolled.
    """
    found = membership(store)
    if found is None:
        raise Refusal(
            "这台电脑还没有在中心注册；记录照常保存在本机。",
            "This laptop is not enrolled at a centre; records are kept here as usual.",
            hint=(
                "向管理员要注册码，运行 inspector enrol 地址 注册码。",
                "Get a code, run inspector enrol URL CODE.",
            ),
            code="sync.not_enrolled",
        )
    return found
