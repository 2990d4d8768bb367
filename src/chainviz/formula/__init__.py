"""Formulas as trees with keyed parts, printed as Typst and as LaTeX."""
