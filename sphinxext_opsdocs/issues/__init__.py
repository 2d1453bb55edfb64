"""Issue references of documents, and what trackers answered."""
