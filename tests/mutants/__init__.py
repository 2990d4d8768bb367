"""Films with defects put in on purpose, and films without any: the proof that the auditor sees."""
