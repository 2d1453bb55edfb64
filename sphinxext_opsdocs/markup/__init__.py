"""What writers type: directives, roles and the governed header, and the facts read off them."""
