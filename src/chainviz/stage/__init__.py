"""Animations, passes and the Lesson scene."""
