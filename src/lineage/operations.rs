//! Walking the graph in both directions.

use super::{Direction, Extent, FAN, Graph, GraphNode, MAX_NODES, NodeId, OPENED_FAN, Use, store};
use crate::{
    database::{Connection, Database},
    error::{AppError, Failure},
    vocabulary::{Actor, DatasetVersionId, Page, paging::checked_cursor},
};
use std::collections::{BTreeMap, BTreeSet};

/// What `start` comes from and what came of it, as far as `extent` says (R38 to R40, R43).
pub async fn graph(database: &Database, actor: &Actor, start: NodeId, extent: &Extent) -> Result<Graph, Failure> {
    let mut connection = database.read().await?;
    require(&mut connection, actor, start).await?;
    let mut walk =
        Walk { connection: &mut connection, actor, extent, found: BTreeSet::from([start]), is_cut_off: false };
    let sources = walk.reached(start, Direction::Up).await?;
    let uses = walk.reached(start, Direction::Down).await?;
    let (found, is_cut_off) = (walk.found, walk.is_cut_off);

    let ids: Vec<NodeId> = found.iter().copied().collect();
    let mut edges = store::list_edges(&mut connection, actor, Direction::Up, &ids, u32::MAX).await?;
    edges.retain(|edge| found.contains(&edge.from));
    let total_sources = store::count_neighbours(&mut connection, actor, Direction::Up, &sources).await?;
    let total_uses = store::count_neighbours(&mut connection, actor, Direction::Down, &uses).await?;
    let hidden = |totals: &BTreeMap<String, usize>, id: NodeId, shown: usize| {
        totals.get(&id.to_string()).map_or(0, |total| total.saturating_sub(shown))
    };
    let nodes = store::list_nodes(&mut connection, actor, &ids).await?;
    let nodes = nodes.into_iter().map(|node| {
        let id = node.id;
        let shown_sources = edges.iter().filter(|edge| edge.to == id).count();
        let shown_uses = edges.iter().filter(|edge| edge.from == id).count();
        GraphNode {
            hidden_sources: hidden(&total_sources, id, shown_sources),
            hidden_uses: hidden(&total_uses, id, shown_uses),
            node,
        }
    });
    Ok(Graph { start, nodes: nodes.collect(), edges, is_cut_off })
}

/// Refuses what does not exist in the organization.
async fn require(connection: &mut Connection, actor: &Actor, id: NodeId) -> Result<(), Failure> {
    let found = store::list_nodes(connection, actor, &[id]).await?;
    if found.is_empty() {
        return Err(AppError::not_found(id.noun()).into());
    }
    Ok(())
}

struct Walk<'w> {
    connection: &'w mut Connection,
    actor: &'w Actor,
    extent: &'w Extent,
    found: BTreeSet<NodeId>,
    is_cut_off: bool,
}

impl Walk<'_> {
    /// Goes breadth first in one direction; answers the start and all that was found. No node is entered twice: there are
    /// circles, because an experiment may begin from a version that it was exported as.
    async fn reached(&mut self, start: NodeId, direction: Direction) -> Result<Vec<NodeId>, Failure> {
        let mut reached = BTreeSet::from([start]);
        let mut frontier = vec![start];
        for step in 0.. {
            let is_near = step < self.extent.depth(direction);
            let (opened, others): (Vec<_>, Vec<_>) =
                frontier.iter().partition(|id| self.extent.opened.contains(&id.to_string()));
            let mut neighbours = self.neighbours(direction, &opened, OPENED_FAN).await?;
            if is_near {
                neighbours.extend(self.neighbours(direction, &others, FAN).await?);
            }
            frontier = neighbours.into_iter().filter(|id| !reached.contains(id)).collect();
            frontier.retain(|id| self.has_room_for(*id));
            if frontier.is_empty() {
                break;
            }
            reached.extend(&frontier);
        }
        Ok(reached.into_iter().collect())
    }

    /// The neighbours of `nodes`, each once, newest first.
    async fn neighbours(&mut self, direction: Direction, nodes: &[NodeId], fan: u32) -> Result<Vec<NodeId>, Failure> {
        let edges = store::list_edges(self.connection, self.actor, direction, nodes, fan).await?;
        let mut seen = BTreeSet::new();
        let far = edges.iter().map(|edge| match direction {
            Direction::Up => edge.from,
            Direction::Down => edge.to,
        });
        Ok(far.filter(|id| seen.insert(*id)).collect())
    }

    /// Takes the node into the graph unless that is full.
    fn has_room_for(&mut self, id: NodeId) -> bool {
        if self.found.len() >= MAX_NODES && !self.found.contains(&id) {
            self.is_cut_off = true;
            return false;
        }
        self.found.insert(id);
        true
    }
}

/// The experiments that used a dataset version, themselves or through their base architecture; newest first (R40).
pub async fn using_experiments(
    database: &Database,
    actor: &Actor,
    id: DatasetVersionId,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Use>, Failure> {
    let cursor = checked_cursor(cursor)?;
    let mut connection = database.read().await?;
    require(&mut connection, actor, NodeId::DatasetVersion(id)).await?;
    let found = store::list_using_experiments(&mut connection, actor, id, cursor, limit + 1).await?;
    Ok(Page::cut(found, limit, |found| found.node.id.to_string()))
}

/// The model versions that were made with a dataset version, themselves or through their base architecture; newest first (R40).
pub async fn using_model_versions(
    database: &Database,
    actor: &Actor,
    id: DatasetVersionId,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Use>, Failure> {
    let cursor = checked_cursor(cursor)?;
    let mut connection = database.read().await?;
    require(&mut connection, actor, NodeId::DatasetVersion(id)).await?;
    let found = store::list_using_model_versions(&mut connection, actor, id, cursor, limit + 1).await?;
    Ok(Page::cut(found, limit, |found| found.node.id.to_string()))
}
