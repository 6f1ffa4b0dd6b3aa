"""What goes wrong with the processes."""


class FireError(RuntimeError):
    """A process ended or did not do in time what was waited for; the message holds its last lines."""
