"""Tests of what brings opsdocs into a project that has pages already."""
