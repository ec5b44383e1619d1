"""Holds the sealed log's roots and proofs against pymerkle, an independent implementation of RFC 9162.

Reads one JSON object from standard input: `entries` (hex), `roots` (of sizes 1, 2, ...), `inclusion` ([index, size, [hash, ...]]) and
`consistency` ([from, to, [hash, ...]]). Prints what it has checked; ends with 1 at the first difference.
"""

import json
import sys

from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
from pymerkle.core import _consistency_path_layout, _inclusion_path_layout
from pymerkle.proof import ConsistencyProof, InclusionProof


def split(size):
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def part_root(tree, begin, end):
    """What pymerkle makes of the entries from `begin` to `end`."""
    return tree._get_root(begin, end)


def consistency_by_definition(tree, old, begin, end, is_whole):
    """RFC 9162, section 2.1.4.1, word for word, over pymerkle's hashes."""
    size = end - begin
    if old == size:
        return [] if is_whole else [part_root(tree, begin, end)]
    k = split(size)
    if old <= k:
        return consistency_by_definition(tree, old, begin, begin + k, is_whole) + [part_root(tree, begin + k, end)]
    return consistency_by_definition(tree, old - k, begin + k, end, False) + [part_root(tree, begin, begin + k)]


def hashes(texts):
    return [bytes.fromhex(text) for text in texts]


def main():
    given = json.load(sys.stdin)
    tree = InmemoryTree(algorithm='sha256')
    roots = [None] + hashes(given['roots'])
    for size, entry in enumerate(hashes(given['entries']), start=1):
        tree.append_entry(entry)
        if roots[size] != tree.get_root(size):
            sys.exit(f'another root at size {size}')

    for index, size, proof in given['inclusion']:
        rule, _ = _inclusion_path_layout(index + 1, size)
        leaf = tree.get_leaf(index + 1)
        path = InclusionProof('sha256', True, size, index + 1, rule, [leaf] + hashes(proof))
        verify_inclusion(leaf, roots[size], path, index=index + 1, size=size)

    verified = 0
    for old, size, proof in given['consistency']:
        ours = hashes(proof)
        if ours != consistency_by_definition(tree, old, 0, size, True):
            sys.exit(f'another consistency proof from {old} to {size}')
        # Where the older tree ends inside a subtree, pymerkle's proofs are laid out as the RFC's, with the older root said if it is one part.
        rule, subset, ranges = _consistency_path_layout(old, size)
        whole = [roots[old]] if old & (old - 1) == 0 else []
        if len(ranges) == len(whole + ours):
            path = ConsistencyProof('sha256', True, size, old, rule, subset, whole + ours)
            if path.path == tree.prove_consistency(old, size).path:
                verify_consistency(roots[old], roots[size], path, prior_size=old, later_size=size)
                verified += 1

    print(f"{len(roots) - 1} roots, {len(given['inclusion'])} inclusion proofs, "
          f"{len(given['consistency'])} consistency proofs, {verified} of them by its own verifier")
    if verified == 0:
        sys.exit('its own verifier was never asked')


main()
