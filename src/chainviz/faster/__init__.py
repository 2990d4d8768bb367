"""Manim imported and run with less work, for as long as a film is rendered or audited."""
