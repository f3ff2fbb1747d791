"""Guests: people without an account, who write to support after giving an e-mail address.

A guest is a row of `core.User` that no account page can meet, so policies, participants, unread counts, notices and
receipts hold for them as they are. Everything that is special about guests is here: who they are (`people`), how a
browser is theirs (`backend`, `sessions`), where they are anybody at all (`middleware`), the link that brings them back
(`links`), and how much they may do (`limits`). docs/adr/0034-guests.md says why.
"""
