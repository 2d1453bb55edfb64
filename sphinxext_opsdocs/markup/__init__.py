"""The markup of writers: directives, roles and the governed header, and the facts in them."""
