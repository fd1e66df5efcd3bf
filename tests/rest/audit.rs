//! The trail of changes: its chain, and what every operation leaves in it.

use super::{
    access::{Call, every_call, one_of_everything},
    builders::*,
    client::{ADDRESS, Client},
};
use crate::on_every_database;
use futures::{TryStreamExt, future::join_all};
use heirloom::{
    audit::{
        AuditFilter,
        chain::Tampering,
        operations::{ChainReport, list_all, verify},
    },
    experiment::{self, NewProject},
    vocabulary::{Description, Digest, Role},
};
use serde_json::{Value, json};

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

/// The entries that an operation of the API leaves: action, kind, and whether there is something before and after.
fn expected_entries(operation: &str) -> &'static [(&'static str, &'static str, bool, bool)] {
    match operation {
        "create_project" => &[("create", "project", false, true)],
        "change_project" => &[("change", "project", true, true)],
        "create_dataset" => &[("create", "dataset", false, true)],
        "change_dataset" => &[("change", "dataset", true, true)],
        "create_dataset_version" => &[("create", "dataset_version", false, true)],
        "change_dataset_version" => &[("change", "dataset_version", true, true)],
        "create_tag" => &[("create", "tag", false, true)],
        "rename_tag" => &[("change", "tag", true, true)],
        "delete_tag" => &[("delete", "tag", true, false)],
        "attach_tag" | "detach_tag" => &[("change", "model", true, true)],
        "copy_dataset_version" => &[("create", "dataset_version", false, true)],
        "delete_project" => &[("delete", "project", true, false)],
        "attach_dataset_version_to_project" => &[("attach", "project", true, true)],
        "detach_dataset_version_from_project" => &[("detach", "project", true, true)],
        "lock_dataset_version" => &[("lock", "dataset_version", true, true)],
        "unlock_dataset_version" => &[("unlock", "dataset_version", true, true)],
        "delete_dataset_version" => &[("delete", "dataset_version", true, false)],
        "delete_dataset" => &[("delete", "dataset", true, false)],
        "add_dataset_label" => &[("create", "label", false, true)],
        "change_dataset_label" => &[("change", "label", true, true)],
        "delete_dataset_label" => &[("delete", "label", true, false)],
        "add_label_group" => &[("create", "label_group", false, true)],
        "change_label_group" => &[("change", "label_group", true, true)],
        "delete_label_group" => &[("delete", "label_group", true, false)],
        "create_experiment" => &[("create", "experiment", false, true)],
        "change_experiment" => &[("change", "experiment", true, true)],
        "attach_dataset_version" => &[("attach", "experiment", true, true)],
        "detach_dataset_version" => &[("detach", "experiment", true, true)],
        "set_base_model_version" | "set_base_experiment" => &[("set_base", "experiment", true, true)],
        "archive_experiment" => &[("archive", "experiment", true, true)],
        "restore_experiment" => &[("restore", "experiment", true, true)],
        "delete_experiment" => &[("delete", "experiment", true, false)],
        // Batches of what a training measures and prints: see the rules in src/audit/mod.rs.
        "log_metrics" => &[("log", "metrics", false, false)],
        "log_console" => &[("log", "console", false, false)],
        "put_image" => &[("log", "log", true, true)],
        "put_table" => &[("log", "log", false, true)],
        "merge_parameters" | "replace_parameters" => &[("change", "parameters", true, true)],
        "put_artifact" => &[("put", "artifact", true, true)],
        "delete_artifact" => &[("delete", "artifact", true, false)],
        "export_experiment" => &[("create", "model", false, true), ("export", "model_version", false, true)],
        "create_model" => &[("create", "model", false, true), ("create", "model_version", false, true)],
        "create_model_version" => &[("create", "model_version", false, true)],
        "change_model" => &[("change", "model", true, true)],
        "archive_model" => &[("archive", "model", true, true)],
        "restore_model" => &[("restore", "model", true, true)],
        "delete_model" => &[("delete", "model", true, false)],
        "set_model_alias" => &[("set_alias", "model_version", true, true)],
        "remove_model_alias" => &[("remove_alias", "model_version", true, true)],
        "change_model_version" => &[("change", "model_version", true, true)],
        "seal_model_version" => &[("seal", "model_version", true, true)],
        "archive_model_version" => &[("archive", "model_version", true, true)],
        "restore_model_version" => &[("restore", "model_version", true, true)],
        "delete_model_version" => &[("delete", "model_version", true, false)],
        "put_model_file" => &[("add_file", "model_version", true, true)],
        "remove_model_file" => &[("remove_file", "model_version", true, false)],
        "edit_label_map" | "restore_label_map" => &[("edit_label_map", "model_version", true, true)],
        "create_token" => &[("create", "token", false, true)],
        "revoke_token" => &[("revoke", "token", true, false)],
        "invite" => &[("create", "invitation", false, true)],
        "withdraw_invitation" => &[("delete", "invitation", true, false)],
        "change_member" => &[("change_role", "user", true, true)],
        "remove_member" => &[("remove", "user", true, false)],
        other => panic!("say which entries {other} leaves in the trail"),
    }
}

/// Does what must have happened before so that the call changes something, and adapts the call to it.
async fn prepared(world: &World, api: &Client, mut call: Call) -> Call {
    let edit =
        |revision: i64, label: &str| json!({ "labels": [label], "reason": "why", "expected_revision": revision });
    match call.operation.as_str() {
        "restore_label_map" => {
            let address = call.path.strip_suffix("/restore").unwrap();
            api.put(address, edit(0, "restored soon")).await.expect(200);
        }
        "edit_label_map" => {
            let revision = api.get(&call.path).await.expect(200).json()["current"]["revision"].as_i64().unwrap();
            call.body = Some(edit(revision, "edited").to_string().into_bytes());
        }
        "unlock_dataset_version" => {
            let address = call.path.replace("/unlock", "/lock");
            api.send_text("POST", &address, "").await.expect(200);
        }
        "delete_dataset_version" => {
            api.send_text("POST", &format!("{}/unlock", call.path), "").await.expect(200);
        }
        "set_base_model_version" => {
            let new = json!({ "name": "Base", "version": { "name": "v1" } });
            let base = api.post("/models", new).await.expect(201).id();
            call.body = Some(json!({ "model_version_id": base }).to_string().into_bytes());
        }
        "delete_project" => {
            let left = api.get("/experiments").await.expect(200).json();
            for experiment in left["items"].as_array().unwrap() {
                api.delete(&format!("/experiments/{}", experiment["id"].as_str().unwrap())).await.expect(204);
            }
        }
        "delete_model" => {
            for version in
                api.get(&format!("{}/versions", call.path)).await.expect(200).json()["items"].as_array().unwrap()
            {
                api.delete(&format!("/model-versions/{}", version["id"].as_str().unwrap())).await.expect(204);
            }
        }
        "revoke_token" => {
            let new = json!({ "name": "short-lived", "scopes": ["read"] });
            call.path = format!("/tokens/{}", api.post("/tokens", new).await.expect(201).id());
        }
        "withdraw_invitation" => {
            let new = json!({ "email": "withdrawn@real.example", "role": "viewer" });
            call.path = format!("/invitations/{}", api.post("/invitations", new).await.expect(201).id());
        }
        "find_member" | "change_member" | "remove_member" => {
            call.path = format!("/members/{}", other_member(world, api).await);
            call.body = call.body.map(|_| json!({ "role": "editor" }).to_string().into_bytes());
        }
        _ => {}
    }
    call
}

/// Somebody whom the owner may change and remove.
async fn other_member(world: &World, api: &Client) -> String {
    let find = async || {
        let members = api.get("/members").await.expect(200).json();
        let found = members["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|member| member["email"] == "viewer@real.example")
            .cloned();
        found.map(|member| member["user_id"].as_str().unwrap().to_owned())
    };
    if find().await.is_none() {
        world.client_with(Role::Viewer).await;
    }
    find().await.unwrap()
}

/// The newest entry, or nothing.
async fn newest(api: &Client) -> Vec<Value> {
    api.get("/audit?limit=10").await.expect(200).json()["items"].as_array().unwrap().clone()
}

/// Everything that must never stand in an entry: hashes of passwords and credentials from every table that has some, and what they are of.
async fn secrets(world: &World, api: &Client) -> Vec<String> {
    let mut secrets = vec![api.token().to_owned(), "correct horse".to_owned()];
    for table in world.tables().await.into_iter().filter(|table| !table.starts_with("audit_")) {
        let columns = match world.is_sqlite {
            true => format!("SELECT name FROM pragma_table_info('{table}')"),
            false => {
                format!("SELECT CAST(column_name AS TEXT) FROM information_schema.columns WHERE table_name = '{table}'")
            }
        };
        for column in world.texts(columns).await.into_iter().filter(|column| column.ends_with("hash")) {
            secrets.extend(world.texts(format!("SELECT {column} FROM {table}")).await);
        }
    }
    assert!(secrets.len() > 4, "the hashes of two passwords and of a token at least");
    secrets
}

#[derive(Debug)]
struct Ended {
    status: i32,
    printed: String,
    complaint: String,
}

/// Runs `heirloom audit verify` beside the product that has the database open.
fn verify_command(world: &World, args: &[&str]) -> Ended {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_heirloom"))
        .args(["audit", "verify"])
        .args(&world.data_args)
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { status: output.status.code().unwrap(), printed: text(output.stdout), complaint: text(output.stderr) }
}

on_every_database! {
    async fn every_operation_leaves_its_entries_with_who_from_where_before_and_after(world) {
        let calls = every_call(&one_of_everything(world).await);
        let api = world.client().await;
        let token = world.texts("SELECT id FROM tokens ORDER BY id DESC").await.remove(0);
        let mut changing = 0;
        for call in calls {
            let call = prepared(world, &api, call).await;
            let before = newest(&api).await[0]["seq"].as_i64().unwrap();
            let answer = call.send(&api).await;
            assert!((200..300).contains(&answer.status), "{answer:?}");
            let mut left = newest(&api).await;
            left.retain(|entry| entry["seq"].as_i64() > Some(before));
            left.reverse();
            let expected = if call.changes_something() { expected_entries(&call.operation) } else { &[] };
            changing += usize::from(call.changes_something());
            let found: Vec<(&str, &str, bool, bool)> = left
                .iter()
                .map(|entry| {
                    let text = |key: &str| entry[key].as_str().unwrap();
                    (text("action"), text("object_kind"), !entry["before"].is_null(), !entry["after"].is_null())
                })
                .collect();
            assert_eq!(found, expected, "{}: {left:?}", call.operation);
            for entry in &left {
                assert_eq!(entry["by"], "owner@acme.example", "{}", call.operation);
                assert_eq!((&entry["token_id"], &entry["token_name"]), (&json!(token), &json!("test")), "{}", call.operation);
                assert_eq!(entry["address"], ADDRESS.to_string(), "{}", call.operation);
                assert!(!entry["object_id"].as_str().unwrap().is_empty() && entry["hash"].as_str().unwrap().len() == 64);
            }
        }
        assert!(changing >= 36, "{changing}");
        assert_whole(world).await;
        let entries = world.rows_of(&["audit_entries"]).await.remove(0);
        for secret in secrets(world, &api).await {
            assert!(!entries.iter().any(|entry| entry.contains(&secret)), "an entry has {secret}");
        }
    }

    async fn a_secret_that_somebody_logged_by_accident_does_not_stay_in_the_trail(world) {
        let api = world.client().await;
        let experiment = api.experiment(world, "leaky").await;
        api.patch(&format!("{experiment}/parameters"), json!({ "lr": 0.1, "wandb_api_key": "0123456789abcdef", "hub": "hf_abcdefghijklmnop" })).await.expect(200);
        api.put(&format!("{experiment}/parameters"), json!({ "lr": 0.1 })).await.expect(200);
        let entry = &newest(&api).await[0];
        assert_eq!(entry["after"], json!({}));
        let withheld = "(withheld: looks like a secret)";
        assert_eq!(entry["before"], json!({ "wandb_api_key": withheld, "hub": withheld }));
        let entries = world.rows_of(&["audit_entries"]).await.remove(0).join("\n");
        assert!(!entries.contains("0123456789abcdef") && !entries.contains("hf_abcdefghijklmnop"));
    }

    async fn a_change_says_what_was_before_and_after_and_nothing_that_stayed(world) {
        let api = world.client().await;
        let project = api.post("/projects", json!({ "name": "One", "description": "first" })).await.expect(201).id();
        api.patch(&format!("/projects/{project}"), json!({ "name": "Two" })).await.expect(200);
        let entries = newest(&api).await;
        assert_eq!((&entries[0]["before"], &entries[0]["after"]), (&json!({ "name": "One" }), &json!({ "name": "Two" })));
        assert_eq!((&entries[1]["before"], &entries[1]["after"]), (&Value::Null, &json!({ "name": "One", "description": "first" })));
    }

    async fn the_filters_find_what_they_name(world) {
        let api = world.client().await;
        let editor = world.client_with(Role::Editor).await;
        let project = editor.post("/projects", json!({ "name": "By an editor" })).await.expect(201).id();
        api.patch(&format!("/projects/{project}"), json!({ "name": "Renamed" })).await.expect(200);
        let found = async |query: &str| -> Vec<String> {
            let items = api.get(&format!("/audit?{query}")).await.expect(200).json()["items"].as_array().unwrap().clone();
            items.iter().map(|entry| format!("{} {}", entry["action"].as_str().unwrap(), entry["object_kind"].as_str().unwrap())).collect()
        };
        assert_eq!(found(&format!("object={project}")).await, ["change project", "create project"]);
        assert_eq!(found(&format!("object={}", project.to_uppercase())).await.len(), 2);
        assert_eq!(found(&format!("object={project}&who=EDITOR%40real")).await, ["create project"]);
        assert_eq!(found(&format!("object={project}&action=change")).await, ["change project"]);
        assert_eq!(found("kind=project&who=%25").await, Vec::<String>::new(), "a wildcard is a character");
        let tokens = world.texts("SELECT id FROM tokens ORDER BY id").await;
        assert_eq!(found(&format!("who={}", tokens[1])).await, ["create project"]);
        assert_eq!(found("who=tes&kind=project").await.len(), 2, "by the name of the token");
        let today = heirloom::vocabulary::Timestamp::now().to_string();
        let (day, _) = today.split_once('T').unwrap();
        assert_eq!(found(&format!("object={project}&from={day}&to={day}")).await.len(), 2);
        assert_eq!(found(&format!("object={project}&to=2020-01-01")).await.len(), 0);
        assert_eq!(found(&format!("object={project}&from={today}")).await.len(), 0);
        api.get("/audit?from=yesterday").await.problem(422, "invalid_field");
        api.get("/audit?cursor=1").await.problem(400, "invalid_query");
        api.get("/audit?nonsense=1").await.problem(400, "invalid_query");
        editor.get("/audit").await.problem(403, "role_too_low");
    }

    async fn pages_of_the_trail_meet_without_overlap(world) {
        some_changes(world).await;
        let api = world.client().await;
        let all: Vec<Value> = api.get("/audit?limit=200").await.expect(200).json()["items"].as_array().unwrap().clone();
        let mut paged = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = api.get(&format!("/audit?limit=3{cursor}")).await.expect(200).json();
            paged.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(paged, all);
        assert!(all.is_sorted_by_key(|entry| -entry["seq"].as_i64().unwrap()));
    }

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

    async fn a_download_has_every_entry_once_however_many_there_are(world) {
        for index in 0..205 {
            new_project(world, &format!("Project {index}")).await;
        }
        let filter = AuditFilter { kind: "project".to_owned(), ..AuditFilter::default() };
        let batches: Vec<_> = list_all(world.database(), &world.owner, filter).unwrap().try_collect().await.unwrap();
        assert!(batches.len() > 2 && batches.iter().all(|batch| batch.len() <= 100), "it comes in parts");
        let places: Vec<i64> = batches.concat().iter().map(|entry| entry.seq.unwrap()).collect();
        assert_eq!(places.len(), 206, "with the project of the world");
        assert!(places.is_sorted_by(|one, next| one > next), "newest first, none twice");
        assert_eq!(code(list_all(world.database(), &world.editor, AuditFilter::default()).map(drop)), "role_too_low");
    }

    async fn changes_of_the_same_objects_never_wait_for_each_other_in_a_circle(world) {
        let experiment = an_experiment().with_artifact("best.pt").create(world).await;
        let first = world.exported(experiment, "Busy").await;
        let second = world.export(experiment, version_of(first.model_id, "v2")).await.unwrap().version;
        let api = world.client().await;
        let versions = [first.id, second.id];
        let tasks = (0..64_i64).map(|round| {
            let (api, version, model) = (api.clone(), versions[usize::try_from(round % 2).unwrap()], first.model_id);
            let text = format!("round {round}");
            tokio::spawn(async move {
                let answer = match round % 8 {
                    0 | 1 => api.put(&format!("/models/{model}/aliases/production"), json!({ "number": round % 2 + 1 })).await,
                    2 | 3 => api.patch(&format!("/model-versions/{version}"), json!({ "description": text })).await,
                    4 => api.patch(&format!("/models/{model}"), json!({ "description": text })).await,
                    5 => api.upload(&format!("/model-versions/{version}/files/{round}.bin"), "bytes").await,
                    6 => api.patch(&format!("/experiments/{experiment}/parameters"), json!({ "round": round })).await,
                    _ => {
                        let version = json!({ "model_id": model, "version": { "name": text } });
                        api.post(&format!("/experiments/{experiment}/export"), version).await
                    }
                };
                assert!((200..300).contains(&answer.status), "{answer:?}");
            })
        });
        for outcome in join_all(tasks).await {
            outcome.unwrap();
        }
        assert_whole(world).await;
    }

    async fn the_command_names_the_first_broken_entry_and_ends_with_1(world) {
        some_changes(world).await;
        let whole = verify_command(world, &[]);
        assert_eq!(whole.status, 0, "{whole:?}");
        let head = whole.printed.split("head: ").nth(1).unwrap().lines().next().unwrap().to_owned();
        new_project(world, "one more").await;
        assert_eq!(verify_command(world, &["--organization", "ACME", "--expect-head", &head]).status, 0);
        let other = verify_command(world, &["--expect-head", &"0".repeat(64)]);
        assert_eq!(other.status, 1);
        assert!(other.complaint.contains("made anew"), "{other:?}");
        let unknown = verify_command(world, &["--organization", "Nowhere"]);
        assert!(unknown.status == 1 && unknown.complaint.contains("no organization"), "{unknown:?}");

        let id = entry_at(world, 4).await;
        tampered(world, &["UPDATE audit_entries SET details = '{}' WHERE organization_id = {org} AND seq = 4"]).await;
        let broken = verify_command(world, &[]);
        assert_eq!(broken.status, 1);
        let day = &heirloom::vocabulary::Timestamp::now().to_string()[..10];
        assert!(broken.printed.contains(&format!("entry 4 ({id}, {day}T")), "{broken:?}");
        assert!(broken.printed.contains("3 good entries"), "{broken:?}");
        assert!(broken.complaint.contains("tampered"), "{broken:?}");
        assert_eq!(verify_command(world, &["--organization", "Other"]).status, 0, "the other chain is whole");
    }
}
