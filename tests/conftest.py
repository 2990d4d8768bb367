"""What all tests share: our pytest plugin, also where the package runs without installation."""

from importlib.metadata import entry_points

_INSTALLED = any(found.name == "chainviz_golden" for found in entry_points(group="pytest11"))
pytest_plugins = [] if _INSTALLED else ["chainviz.golden.plugin"]
