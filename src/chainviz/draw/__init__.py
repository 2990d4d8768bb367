"""Builders: parts that turn into mobjects."""
