//! The trail of changes: its chain, and what every operation leaves in it.

use super::builders::*;
use crate::on_every_database;
use futures::future::join_all;
use heirloom::{
    audit::{
        chain::Tampering,
        operations::{ChainReport, verify},
    },
    experiment::{self, NewProject},
    vocabulary::{Description, Digest},
};
use serde_json::json;

/// Some changes, so that the chain is longer than the damage.
async fn some_changes(world: &World) {
    for index in 0..8 {
        new_project(world, &format!("Project {index}")).await;
    }
}

async fn new_project(world: &World, project: &str) {
    let new = NewProject { name: name(project), description: Description::default() };
    experiment::operations::create_project(world.database(), &world.editor, new).await.unwrap();
}

/// The chain of the first organization.
async fn chain(world: &World, expected: Option<Digest>) -> ChainReport {
    let reports = verify(world.database(), expected).await.unwrap();
    let found = reports.into_iter().find(|report| report.organization_name == world.owner.organization_name);
    found.unwrap()
}

async fn assert_whole(world: &World) -> ChainReport {
    let report = chain(world, None).await;
    assert_eq!(report.broken, None);
    report
}

/// The id of the entry at a place.
async fn entry_at(world: &World, seq: i64) -> String {
    let organization = world.owner.organization_id;
    let text = format!("SELECT id FROM audit_entries WHERE organization_id = '{organization}' AND seq = {seq}");
    world.texts(text).await.remove(0)
}

/// Insists that the first broken entry is the one at `seq`, and that the other organization's chain is whole.
#[track_caller]
fn assert_broken(report: &ChainReport, seq: i64, what: Tampering, id: Option<&str>) {
    let broken = report.broken.as_ref().unwrap();
    assert_eq!((broken.seq, broken.what, broken.id.as_deref()), (seq, what, id));
    assert_eq!(broken.at.is_some(), id.is_some());
}

/// Damages the chain by SQL, in which `{org}` is the organization, and says what the walk finds.
async fn tampered(world: &World, statements: &[&str]) -> ChainReport {
    for statement in statements {
        world.execute(statement.replace("{org}", &format!("'{}'", world.owner.organization_id))).await;
    }
    chain(world, None).await
}

on_every_database! {
    async fn a_chain_that_nobody_touched_is_whole(world) {
        some_changes(world).await;
        let report = assert_whole(world).await;
        assert!(report.good > 8 && report.unchained == 0);
        let entries = world.texts(format!(
            "SELECT id FROM audit_entries WHERE organization_id = '{}' ORDER BY seq", world.owner.organization_id
        )).await;
        assert_eq!(entries.len() as i64, report.good);
        assert!(entries.is_sorted(), "later entries have later ids");
        let noted = report.head;
        new_project(world, "one more").await;
        assert!(chain(world, noted).await.has_expected, "a head that was noted earlier is still there");
        assert!(!chain(world, Some(Digest::from_bytes([7; 32]))).await.has_expected);
    }

    async fn an_edited_entry_is_named_whatever_was_edited(world) {
        some_changes(world).await;
        let id = entry_at(world, 4).await;
        for (column, value) in [
            ("id", "'0190b3a0-0000-7000-8000-000000000001'"),
            ("at", "at + 1"),
            ("user_id", "'somebody'"),
            ("user_email", "'somebody@else.example'"),
            ("token_id", "'a token'"),
            ("address", "'192.0.2.1'"),
            ("action", "'delete'"),
            ("object_kind", "'model'"),
            ("object_id", "'another'"),
            ("details", "'{}'"),
            ("previous_hash", "hash"),
            ("hash", "previous_hash"),
        ] {
            let was: Vec<Option<String>> = {
                let mut connection = world.database().read().await.unwrap();
                let text = format!("SELECT CAST({column} AS TEXT) FROM audit_entries WHERE id = '{id}'");
                sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_all(&mut *connection).await.unwrap()
            };
            let report = tampered(world, &[&format!("UPDATE audit_entries SET {column} = {value} WHERE seq = 4 AND organization_id = {{org}}")]).await;
            let named = if column == "id" { "0190b3a0-0000-7000-8000-000000000001" } else { id.as_str() };
            assert_broken(&report, 4, Tampering::Altered, Some(named));
            let back = match (&was[0], column) {
                (None, _) => "NULL".to_owned(),
                (Some(at), "at") => at.clone(),
                (Some(text), _) => format!("'{text}'"),
            };
            tampered(world, &[&format!("UPDATE audit_entries SET {column} = {back} WHERE seq = 4 AND organization_id = {{org}}")]).await;
            assert_whole(world).await;
        }
    }

    async fn a_deleted_entry_is_missed(world) {
        some_changes(world).await;
        let report = tampered(world, &["DELETE FROM audit_entries WHERE organization_id = {org} AND seq = 3"]).await;
        assert_broken(&report, 3, Tampering::Missing, None);
        assert_eq!(report.good, 2);
    }

    async fn a_deleted_entry_is_missed_when_the_others_move_up(world) {
        some_changes(world).await;
        let next = entry_at(world, 4).await;
        let report = tampered(world, &[
            "DELETE FROM audit_entries WHERE organization_id = {org} AND seq = 3",
            "UPDATE audit_entries SET seq = -seq WHERE organization_id = {org} AND seq > 3",
            "UPDATE audit_entries SET seq = -seq - 1 WHERE organization_id = {org} AND seq < 0",
            "UPDATE audit_heads SET seq = seq - 1 WHERE organization_id = {org}",
        ]).await;
        assert_broken(&report, 3, Tampering::Altered, Some(&next));
    }

    async fn an_inserted_entry_is_named(world) {
        some_changes(world).await;
        let report = tampered(world, &[
            "UPDATE audit_entries SET seq = -seq WHERE organization_id = {org} AND seq > 3",
            "UPDATE audit_entries SET seq = -seq + 1 WHERE organization_id = {org} AND seq < 0",
            "INSERT INTO audit_entries SELECT 'invented', organization_id, at, user_id, user_email, token_id, 'delete', object_kind, object_id,
                    details, 4, hash, hash, address FROM audit_entries WHERE organization_id = {org} AND seq = 3",
            "UPDATE audit_heads SET seq = seq + 1 WHERE organization_id = {org}",
        ]).await;
        assert_broken(&report, 4, Tampering::Altered, Some("invented"));
    }

    async fn an_entry_inserted_behind_the_end_is_named(world) {
        some_changes(world).await;
        let end = assert_whole(world).await.good;
        let report = tampered(world, &[&format!(
            "INSERT INTO audit_entries SELECT 'invented', organization_id, at, user_id, user_email, token_id, action, object_kind, object_id,
                    details, {}, hash, hash, address FROM audit_entries WHERE organization_id = {{org}} AND seq = {end}", end + 1
        )]).await;
        assert_broken(&report, end + 1, Tampering::Added, Some("invented"));
    }

    async fn an_entry_inserted_as_if_from_before_the_chain_is_noticed(world) {
        some_changes(world).await;
        let insert = "INSERT INTO audit_entries SELECT 'invented', organization_id, at, user_id, user_email, token_id, action, object_kind, object_id,
                             details, NULL, NULL, NULL, address FROM audit_entries WHERE organization_id = {org} AND seq = 3";
        assert_broken(&tampered(world, &[insert]).await, 0, Tampering::UnchainedCount, None);
        // Changing the number as well does not help: the first link commits to it.
        let first = entry_at(world, 1).await;
        let report = tampered(world, &["UPDATE audit_heads SET unchained = 1 WHERE organization_id = {org}"]).await;
        assert_broken(&report, 1, Tampering::UnchainedCount, Some(&first));
    }

    async fn reordered_entries_are_named(world) {
        some_changes(world).await;
        let moved = entry_at(world, 6).await;
        let report = tampered(world, &[
            "UPDATE audit_entries SET seq = -1 WHERE organization_id = {org} AND seq = 3",
            "UPDATE audit_entries SET seq = 3 WHERE organization_id = {org} AND seq = 6",
            "UPDATE audit_entries SET seq = 6 WHERE organization_id = {org} AND seq = -1",
        ]).await;
        assert_broken(&report, 3, Tampering::Altered, Some(&moved));
    }

    async fn a_chain_that_was_cut_at_its_end_is_noticed(world) {
        some_changes(world).await;
        let report = tampered(world, &["DELETE FROM audit_entries WHERE organization_id = {org} AND seq > 5"]).await;
        assert_broken(&report, 6, Tampering::CutOff, None);
        assert_eq!(report.good, 5);
        // With the stored end set back as well, only a head that was noted elsewhere tells.
        let noted = Digest::from_bytes([1; 32]);
        tampered(world, &["UPDATE audit_heads SET seq = 5, hash = (SELECT hash FROM audit_entries WHERE organization_id = {org} AND seq = 5)
                           WHERE organization_id = {org}"]).await;
        let report = chain(world, Some(noted)).await;
        assert_eq!((report.broken, report.has_expected), (None, false));
    }

    async fn an_altered_or_deleted_end_is_noticed(world) {
        some_changes(world).await;
        let end = assert_whole(world).await.good;
        let report = tampered(world, &["UPDATE audit_heads SET hash = '00' WHERE organization_id = {org}"]).await;
        assert_broken(&report, end, Tampering::HeadAltered, None);
        let report = tampered(world, &["DELETE FROM audit_heads WHERE organization_id = {org}"]).await;
        assert_broken(&report, 0, Tampering::HeadAltered, None);
    }

    async fn entries_of_another_organization_do_not_help(world) {
        some_changes(world).await;
        let report = tampered(world, &[
            "DELETE FROM audit_entries WHERE organization_id = {org} AND seq = 1",
            "UPDATE audit_entries SET organization_id = {org} WHERE seq = 1",
        ]).await;
        assert_eq!(report.broken.map(|broken| (broken.seq, broken.what)), Some((1, Tampering::Altered)));
        let other = verify(world.database(), None).await.unwrap().into_iter().find(|report| report.organization_name == "Other").unwrap();
        assert_eq!(other.broken.map(|broken| (broken.seq, broken.what)), Some((1, Tampering::CutOff)));
    }

    async fn entries_from_before_the_chain_are_counted_and_the_chain_begins_after_them(world) {
        // As the migration finds them.
        tampered(world, &[
            "UPDATE audit_entries SET seq = NULL, hash = NULL, previous_hash = NULL WHERE organization_id = {org}",
            "UPDATE audit_heads SET seq = 0, hash = '', unchained = (SELECT COUNT(*) FROM audit_entries WHERE organization_id = {org})
             WHERE organization_id = {org}",
        ]).await;
        let before = assert_whole(world).await;
        assert!(before.good == 0 && before.unchained > 0 && before.head.is_none());
        some_changes(world).await;
        let after = assert_whole(world).await;
        assert_eq!((after.good, after.unchained), (8, before.unchained));
    }

    async fn a_change_that_is_rolled_back_leaves_neither_entry_nor_gap(world) {
        some_changes(world).await;
        let before = world.rows_of(&["audit_entries", "audit_heads"]).await;
        let taken = NewProject { name: name("Project 1"), description: Description::default() };
        assert_eq!(code(experiment::operations::create_project(world.database(), &world.editor, taken).await), "name_taken");
        let client = world.client().await;
        let rows = world.rows_of(&["audit_entries", "audit_heads"]).await;
        assert_ne!(rows, before, "the token of the client");
        client.post("/projects", json!({ "name": "Project 1" })).await.problem(409, "name_taken");
        assert_eq!(world.rows_of(&["audit_entries", "audit_heads"]).await, rows);
        let good = assert_whole(world).await.good;
        new_project(world, "after").await;
        assert_eq!(assert_whole(world).await.good, good + 1);
    }

    async fn parallel_changes_get_the_places_without_gap_or_duplicate(world) {
        let first = assert_whole(world).await.good;
        let tasks = (0..64).map(|index| {
            let (database, actor) = (world.database().clone(), world.editor.clone());
            let new = NewProject { name: name(&format!("at once {index}")), description: Description::default() };
            tokio::spawn(async move { experiment::operations::create_project(&database, &actor, new).await.map(drop) })
        });
        for outcome in join_all(tasks).await {
            outcome.unwrap().unwrap();
        }
        let text = format!("SELECT CAST(seq AS TEXT) FROM audit_entries WHERE organization_id = '{}' ORDER BY audit_entries.seq", world.owner.organization_id);
        let expected: Vec<String> = (1..=first + 64).map(|seq| seq.to_string()).collect();
        assert_eq!(world.texts(text).await, expected);
        assert_whole(world).await;
    }
}
