"""Every page and state of the designs, and how a person gets there in the running product: `table.STATES`.

It feeds the checks of `tests/browser/test_states_*.py` and the pictures of `make screenshots`. A state is reached as
its person would: signed in, by clicks and keys, with a line that breaks, and colleagues who answer. Nothing is a
fixture.
"""
