"""Beats and storyboards: what the viewer notices, one thing at a time."""
