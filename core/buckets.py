"""Token buckets shared by all processes: atomic in Lua, on the instance that may forget.

Called by the faces that limit people. A flushed or absent Valkey forgives everybody: a limit that cannot be
counted is no reason to turn a person away.
"""

import logging
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)
# A write has 3 s for everything, the append may take two of them; a hung server is asked again after a rest.
ANSWER_SECONDS = 0.5
REST_SECONDS = 5.0
ONCE_SECONDS = 3600

# Takes one token from every bucket, or none from any, and says how many seconds the emptiest needs. The last key, if it
# has a time to live, is remembered with the tokens: whoever asks under it again within that time takes none.
_TAKE = """
local once, keep = table.remove(KEYS), table.remove(ARGV)
if keep ~= '0' and redis.call('EXISTS', once) == 1 then return '0' end
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local wait, levels = 0, {}
for i, key in ipairs(KEYS) do
  local burst, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local stored = redis.call('HMGET', key, 'level', 'at')
  local level = math.min(burst, (tonumber(stored[1]) or burst) + (now - (tonumber(stored[2]) or now)) * rate)
  levels[i] = level
  if level < 1 then wait = math.max(wait, (1 - level) / rate) end
end
for i, key in ipairs(KEYS) do
  local burst, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  redis.call('HSET', key, 'level', wait > 0 and levels[i] or levels[i] - 1, 'at', string.format('%.6f', now))
  redis.call('EXPIRE', key, math.ceil(burst / rate) + 1)
end
if keep ~= '0' and wait == 0 then redis.call('SET', once, '1', 'EX', keep) end
return tostring(wait)
"""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """`burst` tokens under `name`, refilled at `rate` a second."""

    name: str
    burst: float
    rate: float


class Counter:
    """The connection to the counts; after a failure it rests instead of costing every request its time-out."""

    def __init__(self, url: str) -> None:
        self._rests_until = 0.0
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def take(self, keys: list[str], arguments: list[str]) -> float:
        """What the script says; 0.0 when nobody can be asked."""
        if time.monotonic() < self._rests_until:
            return 0.0
        try:
            wait: Any = self._client.eval(_TAKE, len(keys), *keys, *arguments)
        except redis.RedisError as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            logger.warning("buckets: not counted for %g s (%s)", REST_SECONDS, error)
            return 0.0
        return float(wait)


@cache
def _counter(url: str) -> Counter:
    return Counter(url)


def take(*buckets: Bucket, once: str = "") -> float:
    """Take one token from each and return 0.0; or take none and return the seconds until that is possible.

    `once`: what the tokens are for; whoever asks for the same within ONCE_SECONDS has them already.
    """
    keys = [*(f"bucket:{bucket.name}" for bucket in buckets), f"bucket:once:{once}"]
    arguments = [str(number) for bucket in buckets for number in (bucket.burst, bucket.rate)]
    arguments.append(str(ONCE_SECONDS if once else 0))
    return _counter(settings.REDIS_URL).take(keys, arguments)
