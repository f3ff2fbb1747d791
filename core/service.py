"""Service: how an installation's support works, from the environment: its hours, its live chats.

Read once, by core.settings, which is where everybody finds it. A bad value stops the process and names itself.
"""

from core import env

# How many chats an agent is offered at once, unless they say otherwise; offered ones count.
CHAT_CAPACITY = env.integer("CHAT_CAPACITY", default=3, most=50)
# A chat in which nobody writes for so many seconds is over; its thread is told CHAT_QUIET_NOTICE seconds before.
CHAT_QUIET = env.integer("CHAT_QUIET", default=900, least=2)
CHAT_QUIET_NOTICE = env.integer("CHAT_QUIET_NOTICE", default=300, least=1)
if CHAT_QUIET_NOTICE >= CHAT_QUIET:
    env.refuse("CHAT_QUIET_NOTICE", f"is {CHAT_QUIET_NOTICE}", "It must be less than CHAT_QUIET.")

# When support is staffed, in TIME_ZONE: what is promised while nobody is there begins to count then.
BUSINESS_DAYS = env.weekdays("BUSINESS_DAYS", default="mon,tue,wed,thu,fri")
BUSINESS_OPENS = env.clock("BUSINESS_OPENS", default="09:00")
BUSINESS_CLOSES = env.clock("BUSINESS_CLOSES", default="17:00")
CLOSED_DATES = env.dates("CLOSED_DATES")
HOURS = BUSINESS_DAYS, BUSINESS_OPENS, BUSINESS_CLOSES, CLOSED_DATES
if BUSINESS_CLOSES <= BUSINESS_OPENS:
    env.refuse("BUSINESS_CLOSES", f"is {BUSINESS_CLOSES:%H:%M}", "It must be later than BUSINESS_OPENS.")
