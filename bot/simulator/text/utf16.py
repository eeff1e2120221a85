"""Offsets in UTF-16 units, which is what entities are counted in."""


def length(text: str) -> int:
    return len(text) + sum(ord(char) > 0xFFFF for char in text)


def edges(text: str) -> dict[int, int]:
    """Where characters begin and the text ends: UTF-16 offset -> offset in UTF-8 bytes."""
    found = {0: 0}
    units = octets = 0
    for char in text:
        units += 2 if ord(char) > 0xFFFF else 1
        octets += len(char.encode())
        found[units] = octets
    return found
