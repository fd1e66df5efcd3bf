//! Signed addresses: what somebody without a token may do with one, and until when.

use super::{
    builders::*,
    client::{Answer, Client},
};
use crate::on_every_database;
use axum::body::Body;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use heirloom::vocabulary::Timestamp;
use serde_json::{Value, json};

/// Asks as the SDK of Picsellia does.
async fn ask(client: &Client, method: &str, path: &str, body: Value) -> Value {
    let headers = [("content-type", "application/json")];
    client.send_to(path, method, &headers, Body::from(body.to_string())).await.expect(200).json()
}

/// The path and the query of an address of this server.
fn local(address: &Value) -> String {
    let (_, rest) = address.as_str().unwrap().split_once("://").unwrap();
    rest[rest.find('/').unwrap()..].to_owned()
}

/// The same address, signed anew by this server: good until another time.
fn until(world: &World, address: &str, time: Timestamp) -> String {
    let path = address.split_once('?').unwrap().0;
    format!("{path}?grant={}", world.services.signer.sign(&signed(address)["claim"], time).unwrap())
}

/// What an address says, and until when.
fn signed(address: &str) -> Value {
    let (_, grant) = address.split_once("?grant=").unwrap();
    let (signed, _) = grant.split_once('.').unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(signed).unwrap()).unwrap()
}

#[track_caller]
fn assert_expired(answer: &Answer) {
    assert_eq!(answer.status, 403, "{}", String::from_utf8_lossy(&answer.body));
    assert!(answer.json()["message"].as_str().unwrap().contains("expired"));
}

on_every_database! {
    async fn an_address_is_good_for_an_hour_and_403_after_it(world) {
        let api = world.client().await;
        let experiment = an_experiment().with_artifact_of("model.pt", b"old".to_vec()).create(world).await;
        let organization = world.owner.organization_id;
        let found = ask(&api, "GET", &format!("/api/experiment/{experiment}/artifacts/find?name=model.pt"), json!({})).await;
        let reading = local(&found["presigned_url"]);
        let new = json!({ "filename": "model.pt", "type": "ARTIFACT", "context": { "experiment_id": experiment } });
        let object = ask(&api, "POST", &format!("/api/organization/{organization}/connector/{organization}/generate_object_name"), new).await;
        let storage = format!("/api/object-storage/{organization}");
        let whole = ask(&api, "POST", &format!("{storage}/generate_presigned_url"), object.clone()).await;
        let writing = local(&whole["presigned_url_data"]["url"]);
        let mut part = ask(&api, "POST", &format!("{storage}/init_multipart_upload"), object.clone()).await;
        part["object_name"] = object["object_name"].clone();
        part["part_no"] = json!(1);
        let writing_a_part = local(&ask(&api, "POST", &format!("{storage}/generate_part_presigned_url"), part).await["url"]);

        let nobody = world.nobody();
        let (past, future) = (Timestamp::now(), Timestamp::now().plus_seconds(60));
        let stored = world.stored_files();
        for address in [&writing, &writing_a_part] {
            assert_expired(&nobody.send_to(&until(world, address, past), "PUT", &[], Body::from("new")).await);
        }
        assert_expired(&nobody.send_to(&until(world, &reading, past), "GET", &[], Body::empty()).await);
        assert_eq!(world.stored_files(), stored);

        nobody.send_to(&until(world, &writing_a_part, future), "PUT", &[], Body::from("new")).await.expect(200);
        nobody.send_to(&writing, "PUT", &[], Body::from("new")).await.expect(201);
        for address in [reading.clone(), until(world, &reading, future)] {
            assert_eq!(nobody.send_to(&address, "GET", &[], Body::empty()).await.expect(200).body, "old");
        }
        let lifetime = Timestamp::now().plus_seconds(3_600).as_micros() - signed(&reading)["until"].as_i64().unwrap();
        assert!((0..60_000_000).contains(&lifetime), "{lifetime}");
    }
}
