"""`python -m lynceus` is the command `lynceus`."""

from lynceus.commands import main

main()
