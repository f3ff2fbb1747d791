"""A password hasher that counts how often it worked: what an answer costs is compared in hashes, not by a clock."""

from typing import ClassVar

from django.contrib.auth.hashers import MD5PasswordHasher

PATH = f"{__name__}.Counting"


class Counting(MD5PasswordHasher):
    """MD5 as in all tests, and how many times."""

    algorithm = "counting"
    times: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).times += 1
        return super().encode(password, salt)
