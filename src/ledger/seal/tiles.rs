//! The tree in tiles of 256 hashes (C2SP tlog-tiles): a tile of level L holds nodes of height 8·L; a full tile never changes. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::merkle::{Node, node_hash};
use crate::kernel::Digest;

/// A tile covers so many levels of the tree.
const HEIGHT: u32 = 8;
/// Hashes in a full tile.
pub const WIDTH: u64 = 1 << HEIGHT;
/// Tiles of higher levels would cover more than 2^64 leaves.
const LEVELS: u32 = u64::BITS / HEIGHT;

/// Where a tile stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// From 0, at the leaves.
    pub level: u32,
    /// Within the level, from 0.
    pub index: u64,
}

impl Place {
    /// The tile that a whole node is folded from.
    #[must_use]
    pub const fn of(node: Node) -> Self {
        let level = node.level / HEIGHT;
        // So many of the tile's hashes are below the node: 2^(height within the tile).
        let index = (node.index << (node.level % HEIGHT)) / WIDTH;
        Self { level, index }
    }

    /// The number of the first leaf beneath it.
    #[must_use]
    pub fn first_leaf(self) -> u64 {
        self.index.checked_shl(HEIGHT * (self.level + 1)).unwrap_or(u64::MAX)
    }

    /// How many hashes the tile holds in a tree of `size` leaves; `None` where it has none.
    #[must_use]
    pub fn width_in(self, size: u64) -> Option<u64> {
        let nodes = size.checked_shr(HEIGHT * self.level).unwrap_or(0);
        let before = self.index.checked_mul(WIDTH)?;
        Some(nodes.checked_sub(before)?.min(WIDTH)).filter(|width| *width > 0)
    }
}

/// The tiles that these nodes are folded from.
#[must_use]
pub fn places_of(nodes: impl IntoIterator<Item = Node>) -> BTreeSet<Place> {
    nodes.into_iter().map(Place::of).collect()
}

/// Some tiles, by their places.
#[derive(Clone, Debug, Default)]
pub struct Tiles(BTreeMap<Place, Vec<Digest>>);

impl Tiles {
    /// Adds a tile as it is stored: its hashes one after the other. `None` where it cannot be one.
    pub fn add(&mut self, place: Place, bytes: &[u8]) -> Option<()> {
        let hashes = bytes.chunks(32).map(Digest::from_slice).collect::<Option<Vec<_>>>()?;
        let fits = !hashes.is_empty() && u64::try_from(hashes.len()).is_ok_and(|count| count <= WIDTH);
        fits.then(|| drop(self.0.insert(place, hashes)))
    }

    /// The hash of a whole node, folded from its tile; `None` where the tile is not here or does not reach that far.
    #[must_use]
    pub fn node(&self, node: Node) -> Option<Digest> {
        let tile = self.0.get(&Place::of(node))?;
        let count = 1_u64 << (node.level % HEIGHT);
        let first = (node.index * count) % WIDTH;
        let range = usize::try_from(first).ok()?..usize::try_from(first + count).ok()?;
        let mut row = tile.get(range)?.to_vec();
        while row.len() > 1 {
            row = row
                .chunks(2)
                .map(|pair| if let [left, right] = pair { Some(node_hash(left, right)) } else { None })
                .collect::<Option<_>>()?;
        }
        row.pop()
    }
}

/// The right edge of a growing tree: what the next leaf needs to know.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    size: u64,
    /// The tile at the right end of each level, never full between two leaves.
    open: Vec<Vec<Digest>>,
}

impl Edge {
    /// The places of the tiles that [`Edge::of`] needs for a tree of `size` leaves.
    #[must_use]
    pub fn places(size: u64) -> Vec<Place> {
        let open = |level: u32| {
            let nodes = size.checked_shr(HEIGHT * level).unwrap_or(0);
            (!nodes.is_multiple_of(WIDTH)).then_some(Place { level, index: nodes / WIDTH })
        };
        (0..LEVELS).filter_map(open).collect()
    }

    /// The edge of the tree of `size` leaves; `None` where `tiles` lacks one of its tiles, or has it too short.
    #[must_use]
    pub fn of(size: u64, tiles: &Tiles) -> Option<Self> {
        let mut edge = Self { size, open: Vec::new() };
        for place in Self::places(size) {
            let level = usize::try_from(place.level).ok()?;
            edge.open.resize(level + 1, Vec::new());
            let width = usize::try_from(place.width_in(size)?).ok()?;
            *edge.open.get_mut(level)? = tiles.0.get(&place)?.get(..width)?.to_vec();
        }
        Some(edge)
    }

    /// How many leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds leaves, and gives every tile that is new or longer, as it is stored.
    #[must_use]
    pub fn grow(&mut self, leaves: &[Digest]) -> BTreeMap<Place, Vec<u8>> {
        let mut changed = BTreeMap::new();
        for leaf in leaves {
            self.push(0, *leaf, &mut changed);
            self.size += 1;
        }
        for (level, open) in (0..).zip(&self.open) {
            if !open.is_empty() {
                let nodes = self.size.checked_shr(HEIGHT * level).unwrap_or(0);
                changed.insert(Place { level, index: nodes / WIDTH }, bytes_of(open));
            }
        }
        changed
    }

    /// Adds a node of height 8·`level`; a tile that is full by it becomes a node of the next level.
    fn push(&mut self, level: usize, hash: Digest, full: &mut BTreeMap<Place, Vec<u8>>) {
        if self.open.len() <= level {
            self.open.resize(level + 1, Vec::new());
        }
        let Some(open) = self.open.get_mut(level) else { return };
        open.push(hash);
        if u64::try_from(open.len()).is_ok_and(|count| count == WIDTH) {
            let tile = std::mem::take(open);
            let number = u32::try_from(level).unwrap_or(LEVELS);
            let nodes_before = self.size.checked_shr(HEIGHT * number).unwrap_or(0);
            full.insert(Place { level: number, index: nodes_before / WIDTH }, bytes_of(&tile));
            if let Some(above) = fold(tile) {
                self.push(level + 1, above, full);
            }
        }
    }

    /// The hash of a whole node on the edge's own tiles or folded below them; with [`super::merkle::root`] it gives the root.
    #[must_use]
    pub fn node(&self, node: Node) -> Option<Digest> {
        let open = self.open.get(usize::try_from(node.level / HEIGHT).ok()?)?;
        let mut tiles = Tiles::default();
        tiles.0.insert(Place::of(node), open.clone());
        tiles.node(node)
    }
}

fn fold(mut row: Vec<Digest>) -> Option<Digest> {
    while row.len() > 1 {
        row =
            row.chunks(2).filter_map(|pair| if let [left, right] = pair { Some(node_hash(left, right)) } else { None }).collect();
    }
    row.pop()
}

fn bytes_of(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.bytes()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::seal::merkle::{self, leaf_hash};

    fn leaves(count: u64) -> Vec<Digest> {
        (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
    }

    /// The root by RFC 9162's definition, from the leaves alone.
    fn defined(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => merkle::empty_root(),
            [leaf] => *leaf,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                node_hash(&defined(&leaves[..split]), &defined(&leaves[split..]))
            }
        }
    }

    fn root_of(edge: &Edge) -> Digest {
        merkle::root(edge.size(), |node| edge.node(node)).unwrap()
    }

    /// Grows in batches and keeps what a table of tiles would hold.
    fn grown(leaves: &[Digest], batches: &[usize]) -> (Edge, Tiles) {
        let (mut edge, mut tiles) = (Edge::default(), Tiles::default());
        let mut rest = leaves;
        let mut sizes = batches.iter().cycle();
        while !rest.is_empty() {
            let (batch, after) = rest.split_at(rest.len().min(*sizes.next().unwrap()));
            for (place, bytes) in edge.grow(batch) {
                tiles.add(place, &bytes).unwrap();
            }
            rest = after;
        }
        (edge, tiles)
    }

    #[test]
    fn roots_from_the_edge_are_those_of_the_definition() {
        let all = leaves(600);
        let mut edge = Edge::default();
        for (size, leaf) in (1..).zip(&all) {
            drop(edge.grow(&[*leaf]));
            assert_eq!(root_of(&edge), defined(&all[..size]), "{size}");
        }
    }

    #[test]
    fn a_third_level_begins_with_the_65536th_leaf() {
        let (edge, tiles) = grown(&leaves(65_600), &[500]);
        assert_eq!(Edge::places(65_600).iter().map(|place| place.level).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(root_of(&edge), defined(&leaves(65_600)));
        let proof = merkle::prove_inclusion(123, 65_600, |node| tiles.node(node)).unwrap();
        assert!(merkle::includes(&leaf_hash(&123_u64.to_be_bytes()), 123, 65_600, &proof, &root_of(&edge)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn tiles_prove_what_the_leaves_prove(size in 1_u64..1500, batches in prop::collection::vec(1_usize..400, 1..4), a in any::<u64>(), b in any::<u64>()) {
            let all = leaves(size);
            let (edge, tiles) = grown(&all, &batches);
            let whole = defined(&all);
            prop_assert_eq!(root_of(&edge), whole);
            let (index, from) = (a % size, 1 + b % size);
            let proof = merkle::prove_inclusion(index, size, |node| tiles.node(node)).unwrap();
            prop_assert!(merkle::includes(&all[usize::try_from(index).unwrap()], index, size, &proof, &whole));
            let old = merkle::root(from, |node| tiles.node(node)).unwrap();
            prop_assert_eq!(old, defined(&all[..usize::try_from(from).unwrap()]));
            let proof = merkle::prove_consistency(from, size, |node| tiles.node(node)).unwrap();
            prop_assert!(merkle::continues(from, &old, size, &whole, &proof));
            // Whoever takes over begins with the tiles of the edge alone.
            let mut only = Tiles::default();
            for place in Edge::places(size) {
                only.add(place, &bytes_of(&tiles.0[&place])).unwrap();
            }
            prop_assert_eq!(root_of(&Edge::of(size, &only).unwrap()), whole);
        }
    }

    #[test]
    fn a_tile_says_how_far_it_reaches() {
        let cases = [
            ((0, 0), 1, Some(1)),
            ((0, 0), 300, Some(256)),
            ((0, 1), 300, Some(44)),
            ((0, 2), 300, None),
            ((1, 0), 300, Some(1)),
            ((1, 0), 255, None),
            ((7, 0), u64::MAX, Some(255)),
            ((9, 0), u64::MAX, None),
        ];
        for ((level, index), size, expected) in cases {
            assert_eq!(Place { level, index }.width_in(size), expected, "{level}/{index} in {size}");
        }
        assert_eq!(Place { level: 0, index: u64::MAX }.width_in(u64::MAX), None);
    }

    #[test]
    fn what_is_no_tile_is_not_taken() {
        let mut tiles = Tiles::default();
        let place = Place { level: 0, index: 0 };
        assert!(tiles.add(place, &[]).is_none());
        assert!(tiles.add(place, &[0; 33]).is_none());
        assert!(tiles.add(place, &[0; 257 * 32]).is_none());
        assert_eq!(tiles.node(Node { level: 0, index: 0 }), None);
    }
}
