"""Approved timelines, storyboards and stills, compared with today's."""
