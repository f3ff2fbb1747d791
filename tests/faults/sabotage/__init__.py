"""Sabotage: the product with one promise broken on purpose, to see that the oracle notices. For `test_bites`.

A process that is started with `broken.settings_for` a promise breaks it. Nothing of the product knows of it.
"""
