"""Many repositories as one: their bundles, the same checks over all of them, tables and reports."""
