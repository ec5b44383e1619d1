//! The Merkle tree of RFC 9162, section 2.1: roots, inclusion and consistency proofs, and their verification. Pure.
//!
//! The tree of `n` leaves splits at the largest power of two below `n`; so every node is either *whole* (2^level leaves, at a place
//! that is a multiple of them) and never changes again, or lies on the right edge and is folded from whole ones. Whoever can say
//! what the whole nodes are (a table of tiles) can prove everything; which of them a proof needs is told beforehand, so that they
//! are fetched together.

use sha2::{Digest as _, Sha256};

use crate::kernel::Digest;

/// RFC 9162, 2.1.1: a leaf's hash begins with this byte.
const LEAF: u8 = 0;
/// RFC 9162, 2.1.1: a node's hash begins with this byte.
const NODE: u8 = 1;

/// The hash of a leaf over its bytes.
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Digest {
    hash(&[&[LEAF], bytes])
}

/// The hash of a node over its two children.
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    hash(&[&[NODE], left.bytes(), right.bytes()])
}

/// The root of a tree without leaves.
#[must_use]
pub fn empty_root() -> Digest {
    hash(&[])
}

fn hash(parts: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    Digest::from_array(hasher.finalize().into())
}

/// A whole node: the hash over the 2^level leaves from `index` × 2^level on. At level 0 these are the leaves' own hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height above the leaves.
    pub level: u32,
    /// Place within the level, from 0.
    pub index: u64,
}

/// Leaves from `start` to before `end`, as one node of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: u64,
    end: u64,
}

impl Span {
    const fn leaves(self) -> u64 {
        self.end - self.start
    }

    /// Where it splits: the largest power of two below its size, from its start.
    const fn split(self) -> u64 {
        let leaves = self.leaves();
        self.start + (1 << (u64::BITS - 1 - (leaves - 1).leading_zeros()))
    }

    /// The whole nodes it is folded from, from left to right; one, where it is whole itself.
    fn nodes(self) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut start = self.start;
        while start < self.end {
            let level = (self.end - start).ilog2();
            nodes.push(Node { level, index: start >> level });
            start += 1 << level;
        }
        nodes
    }

    /// Its hash from those of its whole nodes: folded from the right.
    fn hash(self, of: &impl Fn(Node) -> Option<Digest>) -> Option<Digest> {
        let mut hashes = self.nodes().into_iter().map(of).collect::<Option<Vec<_>>>()?.into_iter().rev();
        let last = hashes.next()?;
        Some(hashes.fold(last, |right, left| node_hash(&left, &right)))
    }
}

/// The whole nodes over which the tree of `size` leaves is folded.
#[must_use]
pub fn nodes_of_root(size: u64) -> Vec<Node> {
    Span { start: 0, end: size }.nodes()
}

/// The root of the tree of `size` leaves; `None` where a node is missing.
pub fn root(size: u64, of: impl Fn(Node) -> Option<Digest>) -> Option<Digest> {
    if size == 0 { Some(empty_root()) } else { Span { start: 0, end: size }.hash(&of) }
}

/// The siblings on the way from leaf `index` up to the root, the lowest first.
fn inclusion_spans(index: u64, size: u64) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut here = Span { start: 0, end: size };
    while here.leaves() > 1 {
        let split = here.split();
        let (left, right) = (Span { end: split, ..here }, Span { start: split, ..here });
        let (inside, beside) = if index < split { (left, right) } else { (right, left) };
        spans.push(beside);
        here = inside;
    }
    spans.reverse();
    spans
}

/// RFC 9162, 2.1.4.1: what shows that the tree of `to` leaves goes on from that of `from`, the lowest first.
fn consistency_spans(from: u64, to: u64) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut here = Span { start: 0, end: to };
    // Whether everything so far lay left of the old tree's end, so that its root is known to who asks.
    let mut is_known = true;
    while from != here.end {
        let split = here.split();
        if from <= split {
            spans.push(Span { start: split, ..here });
            here = Span { end: split, ..here };
        } else {
            spans.push(Span { end: split, ..here });
            here = Span { start: split, ..here };
            is_known = false;
        }
    }
    if !is_known {
        spans.push(here);
    }
    spans.reverse();
    spans
}

/// The whole nodes that the inclusion proof of leaf `index` in the tree of `size` leaves needs; `None` where there is no such leaf.
#[must_use]
pub fn nodes_of_inclusion(index: u64, size: u64) -> Option<Vec<Node>> {
    (index < size).then(|| inclusion_spans(index, size).into_iter().flat_map(Span::nodes).collect())
}

/// The inclusion proof (RFC 9162, 2.1.3.1) of leaf `index` in the tree of `size` leaves; `None` where there is no such leaf or a
/// node is missing.
pub fn prove_inclusion(index: u64, size: u64, of: impl Fn(Node) -> Option<Digest>) -> Option<Vec<Digest>> {
    if index >= size {
        return None;
    }
    inclusion_spans(index, size).into_iter().map(|span| span.hash(&of)).collect()
}

/// The whole nodes that the consistency proof between two sizes needs; `None` unless 0 < `from` ≤ `to`.
#[must_use]
pub fn nodes_of_consistency(from: u64, to: u64) -> Option<Vec<Node>> {
    (0 < from && from <= to).then(|| consistency_spans(from, to).into_iter().flat_map(Span::nodes).collect())
}

/// The consistency proof (RFC 9162, 2.1.4.1) from the tree of `from` leaves to that of `to`; `None` unless 0 < `from` ≤ `to`, or
/// where a node is missing.
pub fn prove_consistency(from: u64, to: u64, of: impl Fn(Node) -> Option<Digest>) -> Option<Vec<Digest>> {
    if from == 0 || from > to {
        return None;
    }
    consistency_spans(from, to).into_iter().map(|span| span.hash(&of)).collect()
}

/// Whether `proof` shows that `leaf` stands at `index` in the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).
#[must_use]
pub fn includes(leaf: &Digest, index: u64, size: u64, proof: &[Digest], root: &Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `to` leaves with root `new` goes on from that of `from` leaves with root `old`
/// (RFC 9162, 2.1.4.2).
#[must_use]
pub fn continues(from: u64, old: &Digest, to: u64, new: &Digest, proof: &[Digest]) -> bool {
    if from == to {
        return proof.is_empty() && old == new;
    }
    if from == 0 || from > to {
        return false;
    }
    // Where the old tree is one whole node, its root is the first hash, and the proof does not repeat it.
    let mut path = proof.iter();
    let first = if from.is_power_of_two() { Some(old) } else { path.next() };
    let Some(first) = first else { return false };
    let (mut place, mut last) = (from - 1, to - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let (mut of_old, mut of_new) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            of_old = node_hash(sibling, &of_old);
            of_new = node_hash(sibling, &of_new);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            of_new = node_hash(&of_new, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && of_old == *old && of_new == *new
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn digest(hex_text: &str) -> Digest {
        Digest::from_slice(&hex::decode(hex_text).unwrap()).unwrap()
    }

    /// The leaves of the published vectors of RFC 6962's reference implementation, whose tree RFC 9162 keeps.
    fn published() -> Vec<Vec<u8>> {
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
            .iter()
            .map(|text| hex::decode(text).unwrap())
            .collect()
    }

    /// All whole nodes over the leaves.
    fn nodes(leaves: &[Digest]) -> HashMap<Node, Digest> {
        let mut all = HashMap::new();
        let mut row = leaves.to_vec();
        let mut level = 0;
        while !row.is_empty() {
            all.extend((0..).zip(&row).map(|(index, hash)| (Node { level, index }, *hash)));
            row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
            level += 1;
        }
        all
    }

    fn leaves(count: u64) -> Vec<Digest> {
        (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
    }

    /// The definition of RFC 9162, 2.1.1, word for word.
    fn defined(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                node_hash(&defined(&leaves[..split]), &defined(&leaves[split..]))
            }
        }
    }

    #[test]
    fn the_published_roots_hold() {
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let leaves: Vec<Digest> = published().iter().map(|bytes| leaf_hash(bytes)).collect();
        for (size, expected) in (1..).zip(roots) {
            let nodes = nodes(&leaves);
            assert_eq!(root(size, |node| nodes.get(&node).copied()), Some(digest(expected)), "{size}");
        }
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(root(0, |_| None), Some(digest(empty)));
    }

    #[test]
    fn the_published_proofs_are_made_and_hold() {
        let leaves: Vec<Digest> = published().iter().map(|bytes| leaf_hash(bytes)).collect();
        let nodes = nodes(&leaves);
        let of = |node: Node| nodes.get(&node).copied();
        let inclusion: [(u64, u64, &[&str]); 2] = [
            (
                0,
                8,
                &[
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ],
            ),
            (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        ];
        for (index, size, expected) in inclusion {
            let expected: Vec<Digest> = expected.iter().map(|text| digest(text)).collect();
            assert_eq!(prove_inclusion(index, size, of), Some(expected), "{index} in {size}");
        }
        let consistency = prove_consistency(6, 8, of).unwrap();
        let expected = [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        assert_eq!(consistency, expected.map(digest));
    }

    #[test]
    fn roots_are_those_of_the_definition_at_every_size() {
        let leaves = leaves(200);
        let nodes = nodes(&leaves);
        for size in 0..=200_usize {
            let whole = root(u64::try_from(size).unwrap(), |node| nodes.get(&node).copied());
            assert_eq!(whole, Some(defined(&leaves[..size])), "{size}");
        }
    }

    proptest! {
        #[test]
        fn every_proof_holds_and_holds_nowhere_else(size in 1_u64..400, a in any::<u64>(), b in any::<u64>(), spoilt in any::<usize>()) {
            let leaves = leaves(size);
            let nodes = nodes(&leaves);
            let of = |node: Node| nodes.get(&node).copied();
            let (index, from) = (a % size, 1 + b % size);
            let whole = root(size, of).unwrap();
            let leaf = leaves[usize::try_from(index).unwrap()];
            let proof = prove_inclusion(index, size, of).unwrap();
            prop_assert!(includes(&leaf, index, size, &proof, &whole));
            if size > 1 {
                prop_assert!(!includes(&leaf, (index + 1) % size, size, &proof, &whole));
                let mut other = proof.clone();
                let at = spoilt % other.len();
                other[at] = node_hash(&other[at], &leaf);
                prop_assert!(!includes(&leaf, index, size, &other, &whole));
                prop_assert!(!includes(&leaf, index, size, &proof[1..], &whole));
            }
            let old = root(from, of).unwrap();
            let proof = prove_consistency(from, size, of).unwrap();
            prop_assert!(continues(from, &old, size, &whole, &proof));
            prop_assert!(!continues(from, &node_hash(&old, &old), size, &whole, &proof));
            prop_assert!(!continues(from, &old, size, &node_hash(&whole, &whole), &proof));
            if !proof.is_empty() {
                let mut other = proof.clone();
                let at = spoilt % other.len();
                other[at] = node_hash(&other[at], &leaf);
                prop_assert!(!continues(from, &old, size, &whole, &other));
                prop_assert!(!continues(from, &old, size, &whole, &proof[1..]));
            }
        }

        #[test]
        fn what_a_proof_needs_is_told_beforehand(size in 1_u64..400, a in any::<u64>(), b in any::<u64>()) {
            let leaves = leaves(size);
            let nodes = nodes(&leaves);
            let only = |needed: Vec<Node>| move |node: Node| needed.contains(&node).then(|| nodes.get(&node).copied()).flatten();
            let (index, from) = (a % size, 1 + b % size);
            let told = nodes_of_inclusion(index, size).unwrap();
            prop_assert!(prove_inclusion(index, size, only.clone()(told)).is_some());
            let told = nodes_of_consistency(from, size).unwrap();
            prop_assert!(prove_consistency(from, size, only(told)).is_some());
        }
    }

    #[test]
    fn there_is_no_proof_of_what_is_not_there() {
        let nodes = nodes(&leaves(5));
        let of = |node: Node| nodes.get(&node).copied();
        assert_eq!(prove_inclusion(5, 5, of), None);
        assert_eq!(prove_consistency(0, 5, of), None);
        assert_eq!(prove_consistency(6, 5, of), None);
        assert_eq!(prove_inclusion(0, 9, of), None);
        assert!(!includes(&leaf_hash(b"x"), u64::MAX, u64::MAX, &[], &empty_root()));
        assert!(!continues(u64::MAX, &empty_root(), 1, &empty_root(), &[]));
    }
}
