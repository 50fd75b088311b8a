"""cli: words in the terminal → calls of the library → what they gave, to read

What a command takes seconds to import, it imports when it runs.
"""

from ranvier.cli.entry import main

__all__ = ["main"]
