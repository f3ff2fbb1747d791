"""The product's settings with the other Redis channel layer. For the inline consumer of the ablation table alone:
the product publishes from its drain in the format of the pub/sub layer."""

from core.settings import *  # noqa: F403
from core.settings import LAYER_PREFIX, REDIS_URL

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        # It blocks for five seconds at a time, which is when the client's own patience would end.
        "CONFIG": {
            "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
            "prefix": LAYER_PREFIX,
            "capacity": 10_000,
        },
    }
}
