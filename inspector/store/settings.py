"""What a workspace keeps for itself: no facts, and they never travel."""

import json
from typing import Any

from inspector.store.log import Connection


def write_settings(connection: Connection, values: dict[str, Any]) -> None:
    """Keep settings (texts as they are, else as JSON; None forgets one), in the running transaction."""
    for key, value in values.items():
        if value is None:
            connection.execute("DELETE FROM setting WHERE key = ?", (key,))
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
            connection.execute(
                "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, text),
            )
