"""How many slips of a writer lie between two words."""

__all__ = ["edit_distance"]


def edit_distance(one: str, other: str) -> int:
    """Return the Damerau-Levenshtein distance of two words.

    It is the least number of letters that are left out, added, changed, or swapped with the next
    one: ``edit_distance("canonical", "cannonicla")`` is 2.
    """
    # The algorithm of Lowrance and Wagner, which also finds a letter between two swapped ones.
    # Row and column 0 stand outside of both words; no swap may reach there.
    outside = len(one) + len(other)
    rows: list[list[int]] = [[outside] * (len(other) + 2), [outside, *range(len(other) + 1)]]
    last_row_of: dict[str, int] = {}
    for i, letter in enumerate(one, 1):
        row = [outside, i]
        last_column = 0
        for j, other_letter in enumerate(other, 1):
            last_row = last_row_of.get(other_letter, 0)
            swapped = rows[last_row][last_column] + (i - last_row - 1) + 1 + (j - last_column - 1)
            is_changed = letter != other_letter
            row.append(min(rows[i][j] + is_changed, row[j] + 1, rows[i][j + 1] + 1, swapped))
            if not is_changed:
                last_column = j
        last_row_of[letter] = i
        rows.append(row)
    return rows[-1][-1]
