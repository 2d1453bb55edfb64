"""Who depends on which canonical section."""
