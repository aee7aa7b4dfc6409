"""`python -m pdportal`."""

from pdportal.operations.cli import main

main()
