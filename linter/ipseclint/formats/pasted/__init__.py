"""Containers of pasted output: chats, documents, help pages, prose, and marks that a text picked up on the way."""
