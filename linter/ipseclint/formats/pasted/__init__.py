"""What people paste outputs in: chats, documents, pages of help, prose; and the marks that a text got on its way."""
