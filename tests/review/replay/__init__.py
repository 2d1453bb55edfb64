"""A history of a documentation in git, and what a review of each of its commits has to find."""
