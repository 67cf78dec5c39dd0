"""What keeps a folder or file from being read at all."""


class ExchangeError(ValueError):
    """One clear Chinese sentence: which file, what is wrong, how to put it right."""
