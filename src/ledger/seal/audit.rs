//! The audit of the sealed log: reads all leaves once, in one consistent view, grows the tree again, and holds tiles, checkpoints, keys and
//! whatever others remember against it.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::mpsc::sync_channel;

use sea_orm::{ConnectionTrait, DbErr};

use super::note::{self, Checkpoint, Verifier};
use super::sealer::edge_at;
use super::tiles::{Edge, Place, WIDTH};
use super::{Leaf, Signed, SigningKeyEntry, merkle, queries};
use crate::db::Db;
use crate::kernel::{Digest, Timestamp};

/// Leaves in one page, and how many pages may lie between who reads and who grows the tree.
const PAGE: usize = 1_000;
const PAGES: usize = 4;
/// Checkpoints in one page.
const CHECKPOINTS: u64 = 100;
/// Differences that are kept; the rest is counted.
const KEPT: usize = 100;

/// What is wrong with the sealed log. Numbers of leaves count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealFault {
    /// A leaf is missing before this number.
    Gap(u64),
    /// The leaf was sealed earlier than the one before.
    TimeFalls(u64),
    /// A tile is not folded from the leaves beneath it; the number of its first leaf.
    Tile(u64),
    /// The checkpoint over so many leaves has another root than they make.
    Root(u64),
    /// The checkpoint over so many leaves is not signed by its key, or says something else than its row.
    Signature(u64),
    /// So many checkpoints stand where none can be: under no log that there is, or over less than nothing.
    Stray(u64),
    /// A generation of the key is not endorsed by the one before.
    Key(i64),
    /// The log has other leaves than it counts.
    Count {
        /// As counted.
        counted: u64,
        /// As read.
        read: u64,
    },
    /// A checkpoint is over more leaves than there are.
    Beyond(u64),
    /// Somebody outside remembers more leaves than there are: the database was put back to an earlier state.
    Shorter {
        /// As remembered.
        remembered: u64,
        /// As read.
        read: u64,
    },
    /// Somebody outside remembers another root over so many leaves: the log was rewritten.
    Rewritten(u64),
    /// Somebody outside remembers a checkpoint of another log.
    OtherLog,
}

impl fmt::Display for SealFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap(seq) => write!(f, "leaf {seq} is missing"),
            Self::TimeFalls(seq) => write!(f, "leaf {seq} was sealed before the one before it"),
            Self::Tile(seq) => write!(f, "the tile from leaf {seq} on is not folded from its leaves"),
            Self::Root(size) => write!(f, "the checkpoint over {size} leaves has another root than they make"),
            Self::Signature(size) => write!(f, "the checkpoint over {size} leaves is not signed as it stands"),
            Self::Stray(count) => write!(f, "{count} checkpoints stand where none can be"),
            Self::Key(generation) => write!(f, "key {generation} is not endorsed by the one before"),
            Self::Count { counted, read } => write!(f, "the log counts {counted} leaves and has {read}"),
            Self::Beyond(size) => write!(f, "a checkpoint is over {size} leaves, more than there are"),
            Self::Shorter { remembered, read } => {
                write!(f, "{remembered} leaves are remembered outside, {read} are here: the database was put back")
            }
            Self::Rewritten(size) => write!(f, "the first {size} leaves are not those remembered outside: the log was rewritten"),
            Self::OtherLog => f.write_str("what is remembered outside is of another log"),
        }
    }
}

/// What the audit of the sealed log found.
#[derive(Clone, Debug, Default)]
pub struct SealReport {
    /// Leaves read.
    pub leaves: u64,
    /// Checkpoints checked.
    pub checkpoints: u64,
    /// Records that still wait for their leaf.
    pub waiting: u64,
    /// The size of the newest checkpoint.
    pub signed: u64,
    /// Differences found.
    pub difference_count: u64,
    /// The first of them.
    pub differences: Vec<SealFault>,
}

impl SealReport {
    /// Whether everything is as it must be.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.difference_count == 0
    }

    fn note(&mut self, fault: SealFault) {
        self.difference_count += 1;
        if self.differences.len() < KEPT {
            self.differences.push(fault);
        }
    }
}

/// What must stand at a size.
enum Claim {
    Signed(Signed),
    Remembered(Checkpoint),
}

impl Claim {
    const fn size(&self) -> u64 {
        match self {
            Self::Signed(signed) => signed.size,
            Self::Remembered(checkpoint) => checkpoint.size,
        }
    }
}

/// Recomputes the log and holds it against what the signer and others remember of it; `progress` hears how many leaves there are so far.
/// Writers go on meanwhile.
///
/// # Errors
/// What the database answers; a difference is no error but stands in the report.
pub async fn audit_log(db: &Db, remembered: Vec<Checkpoint>, progress: impl FnMut(u64)) -> Result<SealReport, DbErr> {
    audit_log_since(db, 0, remembered, progress).await
}

/// The same from leaf `since` on (from 0); what is before is taken as its tiles have it.
///
/// # Errors
/// As [`audit_log`].
pub async fn audit_log_since(
    db: &Db,
    since: u64,
    remembered: Vec<Checkpoint>,
    progress: impl FnMut(u64),
) -> Result<SealReport, DbErr> {
    let view = db.consistent_view().await?;
    let report = audit_in(db, &view, (since, remembered), progress).await?;
    view.rollback().await?;
    Ok(report)
}

async fn audit_in(
    db: &Db,
    view: &impl ConnectionTrait,
    (since, remembered): (u64, Vec<Checkpoint>),
    mut progress: impl FnMut(u64),
) -> Result<SealReport, DbErr> {
    let mut report = SealReport { waiting: queries::count_waiting(view).await?, ..SealReport::default() };
    let Some(log) = queries::find_log(view).await? else {
        remembered.iter().for_each(|checkpoint| report.note(SealFault::Shorter { remembered: checkpoint.size, read: 0 }));
        return Ok(report);
    };
    match queries::count_stray_checkpoints(view).await? {
        0 => {}
        count => report.note(SealFault::Stray(count)),
    }
    let keys = queries::list_keys(view).await?;
    check_keys(&keys, &mut report);
    let since = since.min(log.size);
    let mut claims = Claims::new(remembered, since, &keys, &mut report);
    claims.check_before(view, since, &mut report).await?;
    let mut grown = Grown::at(edge_at(view, since).await?);
    // Leaves only come to those that are there: in a view opened later the first ones are the same.
    let (pages, mut taken) = sync_channel::<Vec<Leaf>>(PAGES);
    let reading = db.scan(move |scan| {
        let mut page = Vec::with_capacity(PAGE);
        let gone = || DbErr::Custom("nobody wants the leaves any more".to_owned());
        queries::each_leaf(scan, since..log.size, |leaf| {
            page.push(leaf);
            if page.len() < PAGE { Ok(()) } else { pages.send(std::mem::take(&mut page)).map_err(|_| gone()) }
        })?;
        pages.send(page).map_err(|_| gone())
    });
    let growing = async {
        claims.check(view, &grown.edge, &keys, &mut report).await?;
        loop {
            // Whoever reads may itself be within a runtime, which bears no waiting but the thread's own: so they wait on either side.
            let waiting = tokio::task::spawn_blocking(move || (taken.recv(), taken));
            let (page, back) = waiting.await.map_err(|error| DbErr::Custom(error.to_string()))?;
            let Ok(page) = page else { return Ok::<_, DbErr>(()) };
            taken = back;
            let mut rest = page.as_slice();
            while !rest.is_empty() {
                let (run, behind) = rest.split_at(claims.distance_from(grown.edge.size()).min(rest.len()));
                grown.take(run, &mut report);
                claims.check(view, &grown.edge, &keys, &mut report).await?;
                rest = behind;
            }
            grown.check_full_tiles(view, &mut report).await?;
            report.leaves = grown.edge.size();
            progress(report.leaves);
        }
    };
    let (read, grew) = futures_util::join!(reading, growing);
    read.and(grew)?;
    grown.check_edge(view, &mut report).await?;
    claims.end(report.leaves, &mut report);
    if log.size != report.leaves {
        report.note(SealFault::Count { counted: log.size, read: report.leaves });
    }
    Ok(report)
}

/// Each generation is endorsed by the one before.
fn check_keys(keys: &[SigningKeyEntry], report: &mut SealReport) {
    for pair in keys.windows(2) {
        let [before, next] = pair else { continue };
        let is_endorsed =
            |note| super::is_endorsed(before.verifier.name(), &before.verifier, (&next.verifier, next.from_size), note);
        if !next.endorsed.as_deref().is_some_and(is_endorsed) {
            report.note(SealFault::Key(next.generation));
        }
    }
}

/// The tree as it is grown again, and the tiles that it should have left.
#[derive(Default)]
struct Grown {
    edge: Edge,
    next: u64,
    sealed_at: Option<Timestamp>,
    full: BTreeMap<Place, Vec<u8>>,
    partial: BTreeMap<Place, Vec<u8>>,
}

impl Grown {
    fn at(edge: Edge) -> Self {
        Self { next: edge.size(), edge, ..Self::default() }
    }

    fn take(&mut self, leaves: &[Leaf], report: &mut SealReport) {
        for leaf in leaves {
            if leaf.seq != self.next {
                report.note(SealFault::Gap(self.next));
            }
            if self.sealed_at.is_some_and(|before| leaf.sealed_at < before) {
                report.note(SealFault::TimeFalls(leaf.seq));
            }
            (self.next, self.sealed_at) = (leaf.seq + 1, Some(leaf.sealed_at));
        }
        let hashes: Vec<Digest> = leaves.iter().map(|leaf| leaf.hash).collect();
        self.partial = self.edge.grow(&hashes);
        let is_full = |bytes: &Vec<u8>| u64::try_from(bytes.len()).is_ok_and(|length| length == WIDTH * 32);
        let full: Vec<Place> = self.partial.iter().filter(|(_, bytes)| is_full(bytes)).map(|(place, _)| *place).collect();
        for place in full {
            self.full.extend(self.partial.remove_entry(&place));
        }
    }

    async fn check_full_tiles(&mut self, view: &impl ConnectionTrait, report: &mut SealReport) -> Result<(), DbErr> {
        let full = std::mem::take(&mut self.full);
        check_tiles(view, full, report).await
    }

    async fn check_edge(&mut self, view: &impl ConnectionTrait, report: &mut SealReport) -> Result<(), DbErr> {
        let partial = std::mem::take(&mut self.partial);
        check_tiles(view, partial, report).await
    }
}

async fn check_tiles(view: &impl ConnectionTrait, tiles: BTreeMap<Place, Vec<u8>>, report: &mut SealReport) -> Result<(), DbErr> {
    for (place, bytes) in tiles {
        if queries::find_tile(view, place).await?.as_ref() != Some(&bytes) {
            report.note(SealFault::Tile(place.first_leaf()));
        }
    }
    Ok(())
}

/// All claims in the order of their sizes, a page at a time.
struct Claims {
    signed: VecDeque<Signed>,
    after: Option<u64>,
    is_last: bool,
    remembered: VecDeque<Checkpoint>,
}

impl Claims {
    fn new(mut remembered: Vec<Checkpoint>, since: u64, keys: &[SigningKeyEntry], report: &mut SealReport) -> Self {
        let before = remembered.len();
        remembered.retain(|checkpoint| keys.iter().any(|key| key.verifier.name() == checkpoint.origin));
        for _ in remembered.len()..before {
            report.note(SealFault::OtherLog);
        }
        remembered.sort_by_key(|checkpoint| checkpoint.size);
        Self { signed: VecDeque::new(), after: since.checked_sub(1), is_last: false, remembered: remembered.into() }
    }

    /// Holds what is remembered of the time before `since` against the tiles.
    async fn check_before(&mut self, view: &impl ConnectionTrait, since: u64, report: &mut SealReport) -> Result<(), DbErr> {
        while let Some(checkpoint) = self.remembered.pop_front_if(|checkpoint| checkpoint.size < since) {
            let edge = edge_at(view, checkpoint.size).await?;
            if merkle::root(edge.size(), |node| edge.node(node)) != Some(checkpoint.root) {
                report.note(SealFault::Rewritten(checkpoint.size));
            }
        }
        Ok(())
    }

    /// Reads on, where no checkpoint is at hand: the next one must be known before leaves are read past it.
    async fn turn(&mut self, view: &impl ConnectionTrait) -> Result<(), DbErr> {
        if self.signed.is_empty() && !self.is_last {
            let page = queries::list_checkpoints_after(view, self.after, CHECKPOINTS).await?;
            self.is_last = page.is_empty();
            self.after = page.last().map(|signed| signed.size).or(self.after);
            self.signed = page.into();
        }
        Ok(())
    }

    /// How many leaves from `size` on until the next claim.
    fn distance_from(&self, size: u64) -> usize {
        let signed = self.signed.front().map(|signed| signed.size);
        let next = signed.into_iter().chain(self.remembered.front().map(|checkpoint| checkpoint.size)).min();
        let distance = next.and_then(|next| next.checked_sub(size)).filter(|distance| *distance > 0);
        distance.and_then(|distance| usize::try_from(distance).ok()).unwrap_or(usize::MAX)
    }

    /// The next claim about exactly `size` leaves.
    fn next_at(&mut self, size: u64) -> Option<Claim> {
        if let Some(signed) = self.signed.pop_front_if(|signed| signed.size == size) {
            return Some(Claim::Signed(signed));
        }
        self.remembered.pop_front_if(|checkpoint| checkpoint.size == size).map(Claim::Remembered)
    }

    async fn check(
        &mut self,
        view: &impl ConnectionTrait,
        edge: &Edge,
        keys: &[SigningKeyEntry],
        report: &mut SealReport,
    ) -> Result<(), DbErr> {
        let mut root = None;
        self.turn(view).await?;
        while let Some(claim) = self.next_at(edge.size()) {
            let found = *root.get_or_insert_with(|| merkle::root(edge.size(), |node| edge.node(node)));
            check_claim(&claim, found, keys, report);
            self.turn(view).await?;
        }
        Ok(())
    }

    /// What is left is about more leaves than there are.
    fn end(&mut self, read: u64, report: &mut SealReport) {
        for signed in self.signed.drain(..) {
            report.note(SealFault::Beyond(signed.size));
        }
        for checkpoint in self.remembered.drain(..) {
            report.note(SealFault::Shorter { remembered: checkpoint.size, read });
        }
    }
}

fn check_claim(claim: &Claim, found: Option<Digest>, keys: &[SigningKeyEntry], report: &mut SealReport) {
    let size = claim.size();
    let signed = match claim {
        Claim::Remembered(checkpoint) => {
            if found != Some(checkpoint.root) {
                report.note(SealFault::Rewritten(size));
            }
            return;
        }
        Claim::Signed(signed) => signed,
    };
    (report.checkpoints, report.signed) = (report.checkpoints + 1, size);
    if found != Some(signed.root) {
        report.note(SealFault::Root(size));
    }
    let verifier: Option<&Verifier> = keys.iter().find(|key| key.generation == signed.generation).map(|key| &key.verifier);
    let opened = verifier.and_then(|verifier| note::open(&signed.note, std::slice::from_ref(verifier)).ok());
    let is_said =
        |said: Checkpoint| (said.size, said.root) == (size, signed.root) && verifier.is_some_and(|key| key.name() == said.origin);
    if !opened.is_some_and(|opened| is_said(opened.checkpoint)) {
        report.note(SealFault::Signature(size));
    }
}
