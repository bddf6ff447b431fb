"""Go's ``sort.Sort``: pattern-defeating quicksort, so that what is equal comes in Go's order."""

from __future__ import annotations

from collections.abc import Callable, MutableSequence
from typing import TypeVar

_INSERTION, _NINTHER, _SHIFTING, _STEPS = 12, 50, 50, 5
_WORD = (1 << 64) - 1
T = TypeVar("T")


def sort(items: MutableSequence[T], less: Callable[[T, T], bool]) -> None:
    """Sort in place; ``less`` need be no order at all (kubectl's calls what is missing less)."""
    _Sorter(items, less).quick(0, len(items), len(items).bit_length())


class _Sorter:
    def __init__(self, items: MutableSequence[T], less: Callable[[T, T], bool]) -> None:
        self.items = items
        self._less = less

    def less(self, i: int, j: int) -> bool:
        return self._less(self.items[i], self.items[j])

    def swap(self, i: int, j: int) -> None:
        self.items[i], self.items[j] = self.items[j], self.items[i]

    def insertion(self, a: int, b: int) -> None:
        for i in range(a + 1, b):
            for j in range(i, a, -1):
                if not self.less(j, j - 1):
                    break
                self.swap(j, j - 1)

    def quick(self, a: int, b: int, limit: int) -> None:
        balanced = partitioned = True
        while b - a > _INSERTION:
            if limit == 0:
                return self.heap(a, b)
            if not balanced:
                self.shuffle(a, b)
                limit -= 1
            pivot, swaps = self.pivot(a, b)
            rising = swaps == 0
            if swaps == 12:
                self.items[a:b] = self.items[a:b][::-1]
                pivot, rising = (b - 1) - (pivot - a), True
            if balanced and partitioned and rising and self.nearly(a, b):
                return None
            if a > 0 and not self.less(a - 1, pivot):
                a = self.equals(a, b, pivot)
                continue
            length = b - a
            middle, partitioned = self.partition(a, b, pivot)
            left, right = middle - a, b - middle
            balanced = min(left, right) >= length // 8
            if left < right:
                self.quick(a, middle, limit)
                a = middle + 1
            else:
                self.quick(middle + 1, b, limit)
                b = middle
        return self.insertion(a, b)

    def pivot(self, a: int, b: int) -> tuple[int, int]:
        """Where a middling item is, and how many swaps it took to find (0: rising, 12: falling)."""
        quarter, self.swaps = (b - a) // 4, 0
        i, j, k = a + quarter, a + quarter * 2, a + quarter * 3
        if b - a >= _NINTHER:
            i, j, k = (self.median(at - 1, at, at + 1) for at in (i, j, k))
        return self.median(i, j, k), self.swaps

    def median(self, a: int, b: int, c: int) -> int:
        a, b = self.ordered(a, b)
        b, c = self.ordered(b, c)
        return self.ordered(a, b)[1]

    def ordered(self, a: int, b: int) -> tuple[int, int]:
        if not self.less(b, a):
            return a, b
        self.swaps += 1
        return b, a

    def partition(self, a: int, b: int, pivot: int) -> tuple[int, bool]:
        """Less than the pivot to its left; where it is then, and whether nothing was moved."""
        self.swap(a, pivot)
        i, j, untouched = a + 1, b - 1, True
        while True:
            while i <= j and self.less(i, a):
                i += 1
            while i <= j and not self.less(j, a):
                j -= 1
            if i > j:
                break
            untouched = False
            self.swap(i, j)
            i, j = i + 1, j - 1
        self.swap(j, a)
        return j, untouched

    def equals(self, a: int, b: int, pivot: int) -> int:
        """What equals the pivot to the left; where the rest begins."""
        self.swap(a, pivot)
        i, j = a + 1, b - 1
        while True:
            while i <= j and not self.less(a, i):
                i += 1
            while i <= j and self.less(a, j):
                j -= 1
            if i > j:
                return i
            self.swap(i, j)
            i, j = i + 1, j - 1

    def nearly(self, a: int, b: int) -> bool:
        """Try to sort what is nearly sorted by a few moves."""
        i = a + 1
        for _ in range(_STEPS):
            while i < b and not self.less(i, i - 1):
                i += 1
            if i == b:
                return True
            if b - a < _SHIFTING:
                return False
            self.swap(i, i - 1)
            self.shift(range(i - 1, 0, -1) if i - a >= 2 else range(0))
            self.shift(range(i + 1, b) if b - i >= 2 else range(0))
        return False

    def shift(self, places: range) -> None:
        for j in places:
            if not self.less(j, j - 1):
                return
            self.swap(j, j - 1)

    def shuffle(self, a: int, b: int) -> None:
        length = random = b - a
        middle, mask = a + (length // 4) * 2 - 1, (1 << length.bit_length()) - 1
        for i in range(3):
            random ^= random << 13 & _WORD
            random ^= random >> 7
            random ^= random << 17 & _WORD
            other = random & mask
            self.swap(middle - 1 + i, a + (other - length if other >= length else other))

    def heap(self, a: int, b: int) -> None:
        for i in range((b - a - 1) // 2, -1, -1):
            self.sift(i, b - a, a)
        for i in range(b - a - 1, -1, -1):
            self.swap(a, a + i)
            self.sift(0, i, a)

    def sift(self, root: int, end: int, first: int) -> None:
        while (child := 2 * root + 1) < end:
            if child + 1 < end and self.less(first + child, first + child + 1):
                child += 1
            if not self.less(first + root, first + child):
                return
            self.swap(first + root, first + child)
            root = child
