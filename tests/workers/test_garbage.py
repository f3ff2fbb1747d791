"""What exists when a pool makes a child is looked at no more: neither the parent nor the child writes to its pages."""

import gc

from celery.signals import worker_before_create_process

from core import garbage
from workers import celery


def test_what_exists_before_a_child_is_kept_out_of_collections() -> None:
    assert celery.share_with_children in [each() for _, each in worker_before_create_process.receivers]
    made: list[list[int]] = [[] for _ in range(100)]
    assert any(each is made for each in gc.get_objects())
    try:
        garbage.keep_what_exists()
        assert not any(each is made for each in gc.get_objects())
    finally:
        gc.unfreeze()
