"""The table of operations: one row holds name, symbol, value, partials and notation."""
