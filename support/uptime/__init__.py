"""Uptime: what the self-probe found, as people understand it: whether tickets, chats and mail work, and since when not.

The public status page's. `parts` says what one run tells of each part, `past` what delays there were, `bars` how
hours and days were, `board` remembers it and says how it is now. Reads `support.models.ProbeRun` and `core.delays`.
"""
