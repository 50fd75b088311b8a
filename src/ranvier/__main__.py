"""__main__: the program, as `python -m ranvier`."""

from ranvier.cli import main

if __name__ == "__main__":
    main()
