"""Joining a centre from the screens."""

from inspector.store.workspace import Store
from tests.ui.ui_world import keys, kind, message_of, screens, shows, until


async def test_the_form_takes_the_offices_own_certificate(county: Store) -> None:
    """A file that is not there is named and nothing is sent."""
    async with screens(county) as pilot:
        await keys(pilot, "f5")
        await until(pilot, lambda: kind(pilot) == "SyncScreen")
        await keys(pilot, "f4")
        await shows(pilot, "注册到中心", "注册码", "证书文件")
        await keys(pilot, "tab", "tab", *"/none/ca.pem", "enter")
        await until(pilot, lambda: "没有证书文件" in message_of(pilot.app))
        assert kind(pilot) == "FormScreen"
