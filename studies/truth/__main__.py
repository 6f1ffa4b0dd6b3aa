"""`python -m studies.truth`: print the tables of this measurement alone."""

import sys

from studies.truth import main

main(sys.argv[1:])
