"""Commands: what an officer can do on a screen. Binding, footer, help and palette are all made from one `Command`.

Single keys work while a list has the focus; what must also work while text is being typed has a function key.
Every command has an id, by which a key map can give it another key.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.language import tr

if TYPE_CHECKING:
    from textual.binding import Binding

_KEYS = {
    "enter": ("回车", "Enter"),
    "space": ("空格", "Space"),
    "escape": ("Esc", "Esc"),
    "backspace": ("退格", "Backspace"),
    "delete": ("Del", "Del"),
    "insert": ("Ins", "Ins"),
    "pageup": ("PgUp", "PgUp"),
    "pagedown": ("PgDn", "PgDn"),
    "left": ("←", "Left"),
    "right": ("→", "Right"),
    "up": ("↑", "Up"),
    "down": ("↓", "Down"),
    "question_mark": ("?", "?"),
    "slash": ("/", "/"),
    "plus": ("+", "+"),
    "equals_sign": ("=", "="),
    "tab": ("Tab", "Tab"),
    "minus": ("-", "-"),
}


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        id: unique, "screen.what".
        keys: Textual key names, the usual one first, separated by commas.
        action: what the screen runs, as Textual writes it; "{key}" in it becomes the key.
        zh, en: two to four characters for the footer.
        help_zh, help_en: one sentence for the help.
        footer: shown in the footer (six at most on a screen).
        keys_shown: what the help shows instead of the keys.
    """

    id: str
    keys: str
    action: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    footer: bool = False
    keys_shown: str = ""

    @property
    def title(self) -> str:
        """Its name in the language of this process."""
        return tr(self.zh, self.en)

    @property
    def help(self) -> str:
        """Its sentence in the language of this process."""
        return tr(self.help_zh, self.help_en)

    @property
    def key_names(self) -> str:
        """Its keys for people: "F1 / ?"."""
        return self.keys_shown or " / ".join(key_name(key) for key in self.keys.split(","))

    def bindings(self) -> "list[Binding]":
        """As Textual binds it: one for each key, all with this command's id."""
        from textual.binding import Binding

        keys = self.keys.split(",")
        return [
            Binding(
                key,
                self.action.replace("{key}", key),
                self.title,
                show=self.footer and key == keys[0],
                key_display=key_name(key),
                id=self.id,
            )
            for key in keys
        ]


def key_name(key: str) -> str:
    """A key for people."""
    if key in _KEYS:
        return tr(*_KEYS[key])
    if key.startswith("ctrl+"):
        return "Ctrl+" + key.removeprefix("ctrl+").upper()
    return key.upper() if key[:1] == "f" and key[1:].isdigit() else key


EVERYWHERE = (
    Command("app.help", "f1,question_mark", "show_help", "帮助", "Help",
            "列出当前画面的全部按键。", "List every key of this screen.", footer=True),
    Command("app.sync", "f5", "show_sync", "上报", "Sync",
            "查看未上报的内容，接通中心后上报。", "See what is not sent yet; send it."),
    Command("app.theme", "f9", "switch_theme", "日夜", "Theme",
            "夜间暗色与白天亮色之间切换。", "Switch between the night and the day colours."),
    Command("app.lock", "ctrl+l", "lock", "锁定", "Lock",
            "锁定，再用要输口令；十分钟没有按键会自动锁定。", "Lock: the passphrase opens it again; so after ten idle minutes."),
    Command("app.quit", "f10,ctrl+q", "leave", "退出", "Quit",
            "退出。已保存的内容都在，下次从这里继续。", "Quit. What was saved stays; next time goes on from here."),
)  # fmt: skip
"""Commands of every screen."""

BACK = Command(
    "screen.back", "escape", "back", "返回", "Back",
    "回到上一画面；已保存的不受影响。", "Back to the screen before; what is saved stays.", footer=True,
)  # fmt: skip
