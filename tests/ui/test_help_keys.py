"""What the help and the footer call the keys."""

import importlib

from tools.screen_names import SCREENS


def test_every_key_has_a_name_for_people() -> None:
    """No screen names a key by its name in the code: Tab, not tab; =, not equals_sign."""
    for screen in SCREENS:
        for value in vars(importlib.import_module(f"inspector.screens.{screen}")).values():
            for command in getattr(value, "KEYS", ()):
                for name in command.key_names.split(" / "):
                    assert "_" not in name, (screen, name)
                    assert len(name) == 1 or not name.isascii() or name[0].isupper(), (screen, name)
