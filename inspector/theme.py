"""Colours by name: a night theme of low glare, and a light one with strong contrast for daylight."""

from textual.theme import Theme

NIGHT = Theme(
    name="inspector-night",
    primary="#7f9fb5",
    secondary="#8a8f98",
    accent="#c8a86b",
    foreground="#c3c7cc",
    background="#14171a",
    surface="#1b1f23",
    panel="#23282d",
    success="#8fb184",
    warning="#d3b26b",
    error="#d98a80",
    dark=True,
    variables={
        "footer-key-foreground": "#c8a86b",
        "footer-background": "#1b1f23",
        "line-dim": "#969ba1",
        "line-cursor": "#27475c",
        "line-cursor-text": "#f0f3f5",
        "block-cursor-text-style": "none",
    },
)
DAY = Theme(
    name="inspector-day",
    primary="#1f4e79",
    secondary="#4a4a4a",
    accent="#7a4f00",
    foreground="#101010",
    background="#ffffff",
    surface="#f2f2f2",
    panel="#e4e4e4",
    success="#1d5e20",
    warning="#7a4f00",
    error="#9b1c12",
    dark=False,
    variables={
        "footer-key-foreground": "#7a4f00",
        "footer-background": "#f2f2f2",
        "line-dim": "#595959",
        "line-cursor": "#b9d3ea",
        "line-cursor-text": "#000000",
        "block-cursor-text-style": "none",
    },
)
