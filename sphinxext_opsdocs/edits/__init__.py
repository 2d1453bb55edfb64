"""Edits of a writer's source, in both syntaxes."""
