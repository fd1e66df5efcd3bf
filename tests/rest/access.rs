//! Who may do what: every operation of the description, with no token, with a foreign one and with a viewer's.

use super::{
    builders::*,
    client::{Answer, Client},
};
use crate::on_every_database;
use heirloom::{server::api, vocabulary::Role};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nthe rest of a picture";

/// One object of every kind, by the part of the address that names the kind.
pub type Objects = BTreeMap<&'static str, String>;

pub async fn one_of_everything(world: &World) -> Objects {
    let labelled = world.dataset_version("Digits", &["zero", "one"]).await;
    let experiment = an_experiment()
        .with_artifact("best.pt")
        .with_dataset_version(labelled, "train")
        .with_metric("loss", &[json!(1.5)])
        .create(world)
        .await;
    let api = world.client().await;
    api.upload(&format!("/experiments/{experiment}/images/matrix"), PNG).await.expect(200);
    let version = world.exported(experiment, "Digits").await;
    let sibling = an_experiment().create(world).await;
    // Nothing uses these, so that everything can happen to them.
    let spare = world.dataset_version("Spare", &["zero", "one"]).await;
    let dataset = api.get(&format!("/dataset-versions/{spare}")).await.expect(200).json();
    let part_of = world.dataset_version("Parts", &["zero", "one"]).await;
    let labels = api.get(&format!("/dataset-versions/{part_of}/labels")).await.expect(200).json();
    let group =
        api.post(&format!("/dataset-versions/{part_of}/label-groups"), json!({ "name": "one" })).await.expect(201).id();
    api.put(&format!("/models/{}/aliases/best.pt", version.model_id), json!({ "number": 1 })).await.expect(200);
    let tag = api.post("/tags", json!({ "name": "one", "target": "model" })).await.expect(201).id();
    let token = api.post("/tokens", json!({ "name": "one", "scopes": ["read"] })).await.expect(201).id();
    let invited = json!({ "email": "one@real.example", "role": "viewer" });
    let invitation = api.post("/invitations", invited).await.expect(201).id();
    BTreeMap::from([
        ("tokens", token),
        ("invitations", invitation),
        ("members", world.viewer.user_id.to_string()),
        ("projects", world.project.to_string()),
        ("datasets", dataset["dataset_id"].as_str().unwrap().to_owned()),
        ("dataset-versions", spare.to_string()),
        ("labels", labels["items"][0]["id"].as_str().unwrap().to_owned()),
        ("label-groups", group),
        ("tags", tag),
        ("experiments", experiment.to_string()),
        ("attached", labelled.to_string()),
        ("sibling", sibling.to_string()),
        ("models", version.model_id.to_string()),
        ("model-versions", version.id.to_string()),
    ])
}

/// An operation of the description with everything that it needs to succeed.
pub struct Call {
    /// As the description calls it.
    pub operation: String,
    pub method: String,
    pub path: String,
    pub body: Option<Vec<u8>>,
    names_an_object: bool,
}

impl Call {
    pub fn changes_something(&self) -> bool {
        self.method != "GET" && !self.path.ends_with("/compare")
    }

    /// Whether only owners may do this, reading included.
    fn is_for_owners(&self) -> bool {
        ["/audit", "/members", "/invitations"].iter().any(|part| self.path.starts_with(part))
    }

    /// Whether everybody may do this, with what is their own.
    fn is_own_account(&self) -> bool {
        self.path.starts_with("/tokens")
    }

    pub async fn send(&self, client: &Client) -> Answer {
        match &self.body {
            Some(body) => client.send_text(&self.method, &self.path, body.clone()).await,
            None => client.send_text(&self.method, &self.path, "").await,
        }
    }
}

pub fn every_call(objects: &Objects) -> Vec<Call> {
    let document = serde_json::to_value(api::description()).unwrap();
    let mut calls = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        let template = template.strip_prefix("/api/v1").unwrap();
        for (method, operation) in item.as_object().unwrap() {
            let kind = template.split('/').nth(1).unwrap();
            let file = if template.contains("/images/") { "matrix" } else { "best.pt" };
            let id = objects.get(kind).map_or("", String::as_str);
            let mut path = template.replace("{id}", id).replace("{name}", file).replace("{key}", file);
            path = path.replace("{version}", objects.get("attached").map_or("", String::as_str));
            if path.ends_with("/history") || path.ends_with("/curve") {
                path.push_str("?key=loss");
            }
            let name = operation["operationId"].as_str().unwrap();
            let body = operation.get("requestBody").map(|_| body_of(name, objects));
            let names_an_object = template.contains('{');
            calls.push(Call { operation: name.to_owned(), method: method.to_uppercase(), path, body, names_an_object });
        }
    }
    // What removes or freezes the objects comes last.
    let is_final =
        |call: &Call| call.method == "DELETE" || call.path.ends_with("/seal") || call.path.ends_with("/lock");
    calls.sort_by_key(|call| (is_final(call), std::cmp::Reverse(call.path.len())));
    assert!(calls.len() >= 36, "{}", calls.len());
    calls
}

fn body_of(operation: &str, objects: &Objects) -> Vec<u8> {
    let body: Value = match operation {
        "put_image" => return PNG.to_vec(),
        "put_artifact" | "put_model_file" => return b"bytes".to_vec(),
        "create_experiment" => json!({ "name": "new", "project_id": objects["projects"] }),
        "log_metrics" => json!({ "points": [{ "key": "loss", "step": 0, "value": 1 }] }),
        "log_console" => json!({ "lines": [{ "text": "epoch 1" }] }),
        "put_table" => json!({ "columns": ["a"], "rows": [[1]] }),
        "merge_parameters" | "replace_parameters" => json!({ "lr": 0.1 }),
        "export_experiment" => json!({ "new_model": { "name": "New" }, "version": { "name": "v1" } }),
        "change_experiment"
        | "change_project"
        | "change_dataset"
        | "change_dataset_version"
        | "change_model"
        | "change_model_version" => {
            json!({ "description": "new" })
        }
        "attach_dataset_version" => json!({ "dataset_version_id": objects["attached"], "alias": "more" }),
        "set_base_model_version" => json!({ "model_version_id": objects["model-versions"], "files": "replace" }),
        "set_base_experiment" => json!({ "experiment_id": objects["sibling"] }),
        "edit_label_map" => json!({ "labels": ["a"], "reason": "why", "expected_revision": 0 }),
        "compare_label_map" => json!({ "labels": ["a"] }),
        "change_dataset_label" => json!({ "name": "new" }),
        "create_tag" => json!({ "name": "new", "target": "model" }),
        "rename_tag" => json!({ "name": "other" }),
        "attach_tag" | "detach_tag" => json!({ "ids": [objects["models"]] }),
        "copy_dataset_version" => json!({ "dataset_id": objects["datasets"], "name": "copy" }),
        "change_label_group" => json!({ "parent_id": null }),
        "create_project" | "create_dataset" | "create_dataset_version" | "add_dataset_label" | "add_label_group" => {
            json!({ "name": "new" })
        }
        "create_token" => json!({ "name": "new", "scopes": ["read"] }),
        "invite" => json!({ "email": "new@real.example", "role": "viewer" }),
        "change_member" => json!({}),
        "set_model_alias" => json!({ "number": 1 }),
        "create_model_version" => json!({ "name": "by hand" }),
        "create_model" => json!({ "name": "By hand", "version": { "name": "v1" } }),
        other => panic!("the test does not know what to send to {other}"),
    };
    body.to_string().into_bytes()
}

async fn every_call_is_refused(client: &Client, calls: &[Call]) {
    for call in calls {
        let answer = call.send(client).await;
        answer.problem(401, "invalid_token");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

on_every_database! {
    async fn without_a_valid_token_every_operation_answers_401(world) {
        let calls = every_call(&one_of_everything(world).await);
        let client = world.client().await;
        let before = world.rows().await;
        let nobody = world.nobody();
        let valid = client.token();
        let forged = format!("{}{}", &valid[..valid.len() - 1], if valid.ends_with('x') { 'y' } else { 'x' });
        for token in ["", "hlm_", "hlm_nonsense", "a b", &forged, &valid.to_uppercase()] {
            let forger = nobody.with_token(token);
            every_call_is_refused(&forger, &calls).await;
        }
        every_call_is_refused(&nobody, &calls).await;
        assert_eq!(world.rows().await, before);
    }

    async fn objects_of_another_organization_do_not_exist(world) {
        let objects = one_of_everything(world).await;
        let calls = every_call(&objects);
        let stranger = world.foreign_client().await;
        let before = world.rows().await;
        let files = world.stored_files();
        for call in calls.iter().filter(|call| call.names_an_object) {
            call.send(&stranger).await.problem(404, "not_found");
        }
        for id in objects.values() {
            assert_eq!(stranger.get(&format!("/audit?object={id}")).await.expect(200).json()["items"], json!([]));
        }
        let reads = |call: &&Call| !call.names_an_object && !call.changes_something();
        for call in calls.iter().filter(reads) {
            let answer = call.send(&stranger).await.expect(200);
            let text = String::from_utf8_lossy(&answer.body);
            assert!(!objects.values().any(|id| text.contains(id.as_str())), "{}", call.path);
        }
        let is_list = |call: &&Call| reads(call) && call.path != "/me" && !call.is_for_owners() && !call.is_own_account();
        for call in calls.iter().filter(is_list) {
            assert_eq!(call.send(&stranger).await.expect(200).json(), json!({ "items": [], "next_cursor": null }), "{}", call.path);
        }
        assert_eq!(world.rows().await, before);
        assert_eq!(world.stored_files(), files);
    }

    async fn foreign_ids_in_bodies_create_nothing(world) {
        let objects = one_of_everything(world).await;
        let stranger = world.foreign_client().await;
        let project = stranger.post("/projects", json!({ "name": "Mine" })).await.expect(201).id();
        let own = stranger.post("/experiments", json!({ "project_id": project, "name": "Mine" })).await.expect(201).id();
        let before = world.rows().await;
        let attached = json!([{ "dataset_version_id": objects["dataset-versions"], "alias": "train" }]);
        for (body, status, code) in [
            (json!({ "project_id": objects["projects"], "name": "x" }), 404, "not_found"),
            (json!({ "project_id": project, "name": "x", "dataset_versions": attached }), 422, "unknown_dataset_version"),
            (json!({ "project_id": project, "name": "x", "base_model_version_id": objects["model-versions"] }), 422, "unknown_base"),
        ] {
            stranger.post("/experiments", body).await.problem(status, code);
        }
        let export = json!({ "model_id": objects["models"], "version": { "name": "v2" } });
        stranger.post(&format!("/experiments/{own}/export"), export).await.problem(404, "not_found");
        let list = stranger.get(&format!("/experiments?project_id={}", objects["projects"])).await.expect(200);
        assert_eq!(list.json()["items"], json!([]));
        assert_eq!(world.rows().await, before);
    }

    async fn a_viewer_reads_everything_and_changes_nothing(world) {
        let calls = every_call(&one_of_everything(world).await);
        let viewer = world.client_with(Role::Viewer).await;
        let before = world.rows().await;
        let files = world.stored_files();
        for call in calls.iter().filter(|call| !call.is_own_account()) {
            let answer = call.send(&viewer).await;
            match call.changes_something() || call.is_for_owners() {
                true => _ = answer.problem(403, "role_too_low"),
                false => _ = answer.expect(200),
            }
        }
        assert_eq!(world.rows().await, before);
        assert_eq!(world.stored_files(), files);
        for call in calls.iter().filter(|call| call.is_own_account()) {
            let answer = call.send(&viewer).await;
            match call.names_an_object {
                true => _ = answer.problem(404, "not_found"),
                false => assert!((200..300).contains(&answer.status), "{answer:?}"),
            }
        }
    }

    async fn an_editor_does_everything_but_delete_experiments_and_versions(world) {
        let calls = every_call(&one_of_everything(world).await);
        let editor = world.client_with(Role::Editor).await;
        for call in &calls {
            let answer = call.send(&editor).await;
            let is_part = ["/artifacts/", "/files/", "/aliases/", "/labels/", "/label-groups/", "/tags/"].iter().any(|part| call.path.contains(part))
                || call.operation.starts_with("detach_");
            match (call.method == "DELETE" && !is_part) || call.is_for_owners() {
                true if call.is_own_account() => _ = answer.problem(404, "not_found"),
                true => _ = answer.problem(403, "role_too_low"),
                false => assert!((200..300).contains(&answer.status), "{answer:?}"),
            }
        }
    }

    async fn protected_fields_are_never_taken_from_a_body(world) {
        let calls = every_call(&one_of_everything(world).await);
        let api = world.client().await;
        let before = world.rows().await;
        let mut tried = 0;
        for mut call in calls {
            // Parameters are what somebody writes: they may have any name.
            let free = ["put_image", "put_artifact", "put_model_file", "merge_parameters", "replace_parameters"];
            let Some(body) = call.body.take().filter(|_| !free.contains(&call.operation.as_str())) else { continue };
            let body: Value = serde_json::from_slice(&body).unwrap();
            for field in ["id", "organization_id", "org_id", "user_id", "created_by", "created_at", "is_admin", "version_count", "sha256"] {
                let mut with_field = body.clone();
                with_field[field] = json!("1");
                call.body = Some(with_field.to_string().into_bytes());
                let problem = call.send(&api).await.problem(422, "invalid_field");
                assert_eq!(problem["errors"][0]["field"], field, "{}", call.operation);
                tried += 1;
            }
        }
        assert!(tried > 150, "{tried}");
        assert_eq!(world.rows().await, before);
    }
}
