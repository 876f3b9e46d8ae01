"""How many objects the lists of one answer may hold together.

Pages have a size and documents a depth, but lists inside of lists multiply: a host's mounts lead to
datastores, those to their hosts, and round again, without reading one row more.
"""

from runtime.errors import AnswerTooLargeError

MOST_OBJECTS = 100_000


class Budget:
    """What is left for a request."""

    def __init__(self, most: int = MOST_OBJECTS) -> None:
        self.most = most
        self._left = most

    def spend(self, objects: int) -> None:
        """Count objects of a list, before they are made.

        Raises:
            AnswerTooLargeError: there would be more than the request may have.
        """
        self._left -= objects
        if self._left < 0:
            raise AnswerTooLargeError(
                f"The lists of an answer hold at most {self.most} objects together: ask for"
                " smaller pages, or for less inside of lists."
            )
