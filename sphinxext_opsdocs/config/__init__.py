"""What a team configures: options, their file, document classes, globs."""
