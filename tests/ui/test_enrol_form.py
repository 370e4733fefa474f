"""Joining a centre from the screens."""

from inspector.journal.keys import SigningKey
from inspector.store.workspace import Store
from inspector.sync.protocol import EnrolmentCode
from tests.ui.ui_world import keys, kind, message_of, screens, shows, text_of, until


async def test_the_form_takes_the_offices_own_certificate(county: Store) -> None:
    """A file that is not there is named; a centre that cannot be reached is not said to be tried again by itself."""
    code = str(EnrolmentCode.make(bytes(range(10)), SigningKey(bytes(32)).public))
    async with screens(county) as pilot:
        await keys(pilot, "f5")
        await until(pilot, lambda: kind(pilot) == "SyncScreen")
        await keys(pilot, "f4")
        await shows(pilot, "注册到中心", "注册码", "证书文件")
        await keys(pilot, "end", *"127.0.0.1:9", "tab", *code, "tab", *"/none/ca.pem", "enter")
        await until(pilot, lambda: "ca.pem" in message_of(pilot.app))
        await keys(pilot, *["backspace"] * len("/none/ca.pem"), "enter")
        await until(pilot, lambda: "注册不会自动再试" in text_of(pilot.app))
        assert kind(pilot) == "FormScreen"
