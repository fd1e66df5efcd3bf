use super::*;
use crate::{
    audit::Change,
    vocabulary::{AuditEntryId, Timestamp},
};
use serde_json::{Map, json};

/// The entry that a change would leave, as it is read back.
fn entry(change: Change<'_>) -> Entry {
    let Value::Object(mut details) = change.details else { panic!("{:?}", change.details) };
    Entry {
        id: AuditEntryId::generate(),
        at: Timestamp::now(),
        by: "owner@acme.example".to_owned(),
        by_token: false,
        action: change.action.to_owned(),
        object_kind: change.object_kind.to_owned(),
        object_id: change.object_id.to_id(),
        before: details.shift_remove("before"),
        after: details.shift_remove("after"),
        details,
    }
}

fn told(change: Change<'_>) -> String {
    let Sentence { lead, name, tail, .. } = sentence(&entry(change));
    format!("{lead} {}{tail}", name.unwrap_or_default()).trim_end().to_owned()
}

#[test]
fn every_change_reads_as_a_sentence() {
    let version = |change: Change<'static>| change.with("name", "v3").with("model_name", "digits").with("number", 3);
    let file = json!({ "name": "a.onnx" });
    for (change, expected) in [
        (Change::created("project", &"1", json!({ "name": "x" })).with("name", "x"), "Created the project x"),
        (
            Change::deleted("label_group", &"1", json!({})).with("name", "Pets").with("dataset_name", "digits › v1"),
            "Deleted the label group digits › v1 › Pets",
        ),
        (version(Change::deleted("model_version", &"1", json!({}))), "Deleted the model version digits › v3"),
        (
            version(Change::updated(
                "model_version",
                &"1",
                json!({ "docker_image": null }),
                json!({ "docker_image": "x" }),
            )),
            "Changed the model version digits › v3: docker image",
        ),
        (
            version(Change::updated("model_version", &"1", json!({}), json!({}))),
            "Changed the model version digits › v3, without a difference",
        ),
        (
            version(
                Change::updated("model_version", &"1", Value::Null, file.clone())
                    .named("add_file")
                    .with("file", "a.onnx"),
            ),
            "Added the file a.onnx to the model version digits › v3",
        ),
        (
            version(
                Change::updated("model_version", &"1", file.clone(), file).named("add_file").with("file", "a.onnx"),
            ),
            "Replaced the file a.onnx of the model version digits › v3",
        ),
        (
            version(Change::created("model_version", &"1", json!({})).named("export").with("experiment_name", "run")),
            "Exported the model version digits › v3 from the experiment run",
        ),
        (version(Change::act("archive", "model_version", &"1")), "Archived the model version digits › v3"),
        (version(Change::act("seal", "model_version", &"1")), "Sealed the model version digits › v3"),
        (
            version(Change::act("set_alias", "model_version", &"1").with("alias", "production")),
            "Let the alias production point to the model version digits › v3",
        ),
        (
            Change::updated("label_map", &"1", json!({ "labels": [] }), json!({ "labels": ["cat", "dog"] }))
                .with("name", "run"),
            "Changed the label map of the experiment run",
        ),
        (
            Change::created("model_version", &"1", json!({})).named("bring_over").with("name", "v1"),
            "Brought over the model version v1",
        ),
        (
            Change::act("log", "metrics", &"1").with("points", 1).with("series", json!(["loss"])),
            "Logged 1 point of metrics for an experiment: loss",
        ),
        (Change::act("sign_in", "user", &"1"), "Signed in"),
        (Change::created("user", &"1", json!({})).with("email", "a@b.example"), "Created the person a@b.example"),
        (Change::act("narrow", "user", &"1").with("email", "a@b.example"), "Changed the projects of a@b.example"),
        (Change::act("end_session", "user", &"1"), "Ended a session"),
        (Change::act("deactivate", "user", &"1").with("email", "a@b.example"), "Deactivated the person a@b.example"),
        (Change::created("user", &"1", json!({ "email": "a@b.example" })), "Created the person a@b.example"),
        (Change::deleted("invitation", &"1", json!({ "email": "a@b.example" })), "Deleted the invitation a@b.example"),
        (Change::act("revoke", "token", &"1").with("name", "nightly"), "Revoked the token nightly"),
        (Change::act("something_new", "thing", &"1"), "Somethinged new the thing 1"),
    ] {
        assert_eq!(told(change), expected);
    }
}

#[test]
fn a_name_leads_to_the_page_of_the_object_while_it_is_there() {
    let href = |change: Change<'_>| sentence(&entry(change)).href;
    assert_eq!(href(Change::created("model", &"1", json!({}))).as_deref(), Some("/registry/1"));
    assert_eq!(href(Change::deleted("model", &"1", json!({}))), None);
    let artifact = Change::deleted("artifact", &"1", json!({})).with("experiment_id", "2");
    assert_eq!(href(artifact).as_deref(), Some("/experiments/2/artifacts"));
    assert_eq!(href(Change::act("sign_in", "user", &"1")), None);
}

#[test]
fn values_are_text_that_people_read() {
    let long = "ä".repeat(2_000);
    for (value, text) in [
        (json!(null), "nothing"),
        (json!(""), "nothing"),
        (json!([]), "none"),
        (json!(["a", 1]), "a, 1"),
        (json!({ "reference": "x:1", "run_flags": [] }), "reference: x:1, run flags: none"),
        (json!([{ "name": "a" }, { "name": "b", "size_bytes": 2 }]), "name: a\nname: b, size bytes: 2"),
        (json!({ "bytes": 70_000, "sha256": "00" }), "70.0 kB of data (SHA-256 00)"),
        (json!(long), &format!("{}…", "ä".repeat(MAX_SHOWN_CHARS))),
    ] {
        assert_eq!(value_text(&value), text);
    }
    let mut both = entry(Change::updated("x", &"1", json!({ "a": 1, "b": 1 }), json!({ "b": 2, "c": 2 })));
    assert_eq!(fields(&both), ["b", "c", "a"]);
    both.details = Map::new();
    both.before = None;
    both.after = None;
    assert!(fields(&both).is_empty());
}
