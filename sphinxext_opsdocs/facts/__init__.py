"""The facts of one document, and the file of all of them."""
