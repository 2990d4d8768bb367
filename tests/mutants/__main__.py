"""python tests/mutants [WORD ...]: every mutant (or those whose name has a word), 200 clean films."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mutants.defects import MUTANTS  # noqa: E402
from mutants.run import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], MUTANTS))
