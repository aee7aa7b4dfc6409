"""`python -m pdportal`."""

from pdportal.cli import main

main()
