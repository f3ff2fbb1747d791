"""Reading the ledger for people: lists with a filter, whether it balances, and what a message's mail came to.

Selectors and words; they write nothing. Called by the page of support admins and by tags of the desk's thread.
"""
