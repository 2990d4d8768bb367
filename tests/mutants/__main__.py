"""python tests/mutants [WORD ...]: every mutant (or those with a word in the name), clean films."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mutants.defects import MUTANTS
from mutants.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], MUTANTS))
