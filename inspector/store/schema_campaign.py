"""Read tables of the campaign: activities, and the list of responsibilities."""

CAMPAIGN = ""
CAMPAIGN_TABLES: tuple[str, ...] = ()
