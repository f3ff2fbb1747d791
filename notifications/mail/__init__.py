"""Received mail as it is: bytes in, plain records out. Pure, without database, settings of the site or clock.

Called by notifications.services (workers) and by the tests of the corpus. Must not decide what becomes of a mail: that
is notifications.services.sorting.
"""
