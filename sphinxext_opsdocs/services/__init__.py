"""The services that are operated: where they are listed."""
