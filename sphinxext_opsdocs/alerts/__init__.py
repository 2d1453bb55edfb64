"""Alerts: what files of alert rules contain, as values."""
