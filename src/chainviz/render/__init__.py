"""Batches of scenes become clips; the only owner of manim.config."""
