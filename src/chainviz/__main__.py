"""python -m chainviz is the command chainviz."""

import sys

from chainviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
