//! What is done with the trail: reading it, and walking the chains.

use super::{
    AuditFilter, Facets, TrailEntry,
    chain::{Break, Head, Tampering, Walk},
    store,
};
use crate::{
    database::{Connection, Database},
    error::Failure,
    vocabulary::{Actor, Digest, Page, paging::checked_cursor},
};
use futures::Stream;

const READING: &str = "reading the audit trail";

/// What a walk along the chain of an organization found.
#[derive(Clone, Debug)]
pub struct ChainReport {
    pub organization_name: String,
    /// How many entries of the chain are what was written, from its beginning.
    pub good: i64,
    /// How many entries are from before the chain, and cannot be checked.
    pub unchained: i64,
    /// The hash of the last good entry; nothing before the first.
    pub head: Option<Digest>,
    /// Whether the hash that was asked for is the one of a good entry.
    pub has_expected: bool,
    /// The first place where the chain is not what was written.
    pub broken: Option<Break>,
}

/// Walks the chain of every organization, all at one moment of the database.
///
/// `expected` is the hash of a head that was noted earlier: an entry with that hash must still be in the chain.
pub async fn verify(database: &Database, expected: Option<Digest>) -> Result<Vec<ChainReport>, Failure> {
    let mut snapshot = database.snapshot().await?;
    let mut reports = Vec::new();
    for (id, name) in store::list_organizations(&mut snapshot).await? {
        reports.push(verify_chain(&mut snapshot, &id, name, expected).await?);
    }
    Ok(reports)
}

async fn verify_chain(
    connection: &mut Connection,
    organization_id: &str,
    organization_name: String,
    expected: Option<Digest>,
) -> Result<ChainReport, Failure> {
    const BATCH: i64 = 1_000;
    let unchained = store::count_unchained(connection, organization_id).await?;
    let mut report =
        ChainReport { organization_name, good: 0, unchained, head: None, has_expected: false, broken: None };
    let broken = |what| Some(Break { seq: 0, id: None, at: None, what });
    let Some(head) = store::find_head(connection, organization_id).await? else {
        return Ok(ChainReport { broken: broken(Tampering::HeadAltered), ..report });
    };
    if head.unchained != unchained {
        return Ok(ChainReport { broken: broken(Tampering::UnchainedCount), ..report });
    }
    let mut walk = Walk::new(&head);
    let mut after = i64::MIN;
    report.broken = loop {
        let links = store::list_links(connection, organization_id, after, BATCH).await?;
        let Some(last) = links.last() else { break walk.end().err() };
        after = last.link.seq;
        let followed = links.iter().try_for_each(|link| {
            walk.follow(link)?;
            report.good += 1;
            report.has_expected |= expected == Some(walk.hash());
            Ok(())
        });
        if let Err(found) = followed {
            break Some(found);
        }
    };
    report.head = (report.good > 0).then(|| walk.hash());
    Ok(report)
}

/// The entries that the filter lets through, newest first.
pub async fn list(
    database: &Database,
    actor: &Actor,
    filter: &AuditFilter,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<TrailEntry>, Failure> {
    actor.require_owner(READING)?;
    let cursor = checked_cursor(cursor)?;
    let mut connection = database.read().await?;
    let entries = store::list(&mut connection, actor.organization_id, filter, cursor, limit + 1).await?;
    Ok(Page::cut(entries, limit, |entry| entry.entry.id.to_string()))
}

/// Everything that the filter lets through, newest first, some entries at a time: however many there are, few are in memory.
///
/// # Errors
/// Only owners may read the trail. Later failures are in the stream.
pub fn list_all(
    database: &Database,
    actor: &Actor,
    filter: AuditFilter,
) -> Result<impl Stream<Item = Result<Vec<TrailEntry>, Failure>> + use<>, Failure> {
    const BATCH: u32 = 100;
    actor.require_owner(READING)?;
    let (database, organization) = (database.clone(), actor.organization_id);
    Ok(futures::stream::try_unfold(Some(String::from("g")), move |cursor| {
        let (database, filter) = (database.clone(), filter.clone());
        async move {
            let Some(cursor) = cursor else { return Ok(None) };
            let mut connection = database.read().await?;
            let entries = store::list(&mut connection, organization, &filter, Some(&cursor), BATCH).await?;
            let is_last = entries.len() < BATCH as usize;
            let next = entries.last().filter(|_| !is_last).map(|last| last.entry.id.to_string());
            Ok(Some((entries, next)))
        }
    }))
}

/// What the filters offer.
pub async fn list_facets(database: &Database, actor: &Actor) -> Result<Facets, Failure> {
    actor.require_owner(READING)?;
    Ok(store::list_facets(&mut *database.read().await?, actor.organization_id).await?)
}

/// The stored end of the organization's chain, to be noted elsewhere.
pub async fn find_head(database: &Database, actor: &Actor) -> Result<Option<Head>, Failure> {
    actor.require_owner(READING)?;
    Ok(store::find_head(&mut *database.read().await?, &actor.organization_id.to_string()).await?)
}
