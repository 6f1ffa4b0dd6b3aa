"""`python -m benchmarks.simulated`: print the tables of this measurement alone."""

import sys

from benchmarks.simulated import main

main(sys.argv[1:])
