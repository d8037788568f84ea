"""`python -m leadkeep`."""

from leadkeep.cli import main

# Worker processes import this module too, and must not start anything.
if __name__ == "__main__":
    main()
