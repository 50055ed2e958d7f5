"""What goes wrong, in words for people."""


class Fault(Exception):
    """Something cannot be opened or answered: what, and what to do."""
