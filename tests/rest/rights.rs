//! What tokens and members with smaller rights reach (reliability A14, Z2, Z9, Z11).

use super::{builders::*, client::Client, people::member};
use crate::on_every_database;
use axum::body::Body;
use heirloom::{
    auth::{MemberChange, NewToken, TokenOwner, operations as people},
    vocabulary::{Role, Scope, Scopes},
};
use serde_json::json;

on_every_database! {
    // A14 and scopes: a token does what it was made for, and makes none that does more.
    async fn a_token_does_what_its_scopes_say(world) {
        let experiment = an_experiment().create(world).await;
        let with = async |scopes: &[Scope]| world.client_limited_to(&world.owner, scopes.iter().copied().collect(), None).await;
        let log = json!({ "points": [{ "key": "loss", "step": 0, "value": 1 }] });
        let metrics = format!("/experiments/{experiment}/metrics");
        let export = format!("/experiments/{experiment}/export");
        let target = json!({ "new_model": { "name": "By scope" }, "version": { "name": "v1" } });
        let reader = with(&[]).await;
        reader.get(&metrics).await.expect(200);
        reader.post(&metrics, log.clone()).await.problem(403, "scope_missing");
        reader.post(&export, target.clone()).await.problem(403, "scope_missing");
        reader.get("/members").await.problem(403, "scope_missing");
        reader.get("/tokens").await.problem(403, "scope_missing");
        let writer = with(&[Scope::Write]).await;
        writer.post(&metrics, log).await.expect(200);
        writer.post(&export, target.clone()).await.problem(403, "scope_missing");
        with(&[Scope::Export]).await.post(&export, target).await.expect(201);
        let admin = with(&[Scope::Admin]).await;
        admin.get("/members").await.expect(200);
        admin.post("/projects", json!({ "name": "x" })).await.problem(403, "scope_missing");
        admin.post("/tokens", json!({ "name": "wider", "scopes": ["write"] })).await.problem(403, "wider_token");
        admin.post("/tokens", json!({ "name": "narrower", "scopes": ["read"] })).await.expect(201);
        admin.post("/tokens", json!({ "name": "x", "scopes": ["everything"] })).await.problem(422, "invalid_field");
    }

    async fn a_token_of_one_project_reaches_no_other(world) {
        let api = world.client().await;
        let hidden = api.post("/projects", json!({ "name": "Hidden" })).await.expect(201).id();
        let secret = api.post("/experiments", json!({ "project_id": hidden, "name": "secret-plan" })).await.expect(201).id();
        let open = an_experiment().named("open-plan").create(world).await;
        let scopes: Scopes = [Scope::Write, Scope::Export].into_iter().collect();
        let bound = world.client_limited_to(&world.owner, scopes, Some(world.project)).await;
        cannot_see(&bound, &hidden, &secret).await;
        bound.get(&format!("/experiments/{open}")).await.expect(200);
        bound.post("/experiments", json!({ "project_id": world.project, "name": "mine" })).await.expect(201);
        bound.post("/tokens", json!({ "name": "free", "scopes": ["read"] })).await.problem(403, "scope_missing");
        let manager = json!({ "name": "both", "scopes": ["admin"], "project_id": world.project });
        api.post("/tokens", manager).await.problem(422, "out_of_range");
    }

    async fn a_member_does_in_a_project_only_what_is_left_there(world) {
        let api = world.client().await;
        let hidden = api.post("/projects", json!({ "name": "Hidden" })).await.expect(201).id();
        let secret = api.post("/experiments", json!({ "project_id": hidden, "name": "secret-plan" })).await.expect(201).id();
        let watched = an_experiment().named("watched").create(world).await;
        let editor = member(world, Role::Editor, "narrow@acme.example").await;
        let client = world.client_limited_to(&editor, Scopes::ALL, None).await;
        client.get(&format!("/experiments/{secret}")).await.expect(200);
        let roles = json!([{ "project_id": hidden, "role": null }, { "project_id": world.project, "role": "viewer" }]);
        api.patch(&format!("/members/{}", editor.user_id), json!({ "project_roles": roles })).await.expect(200);
        cannot_see(&client, &hidden, &secret).await;
        client.get(&format!("/experiments/{watched}")).await.expect(200);
        let parameters = format!("/experiments/{watched}/parameters");
        client.patch(&parameters, json!({ "lr": 1 })).await.problem(403, "role_too_low");
        client.post("/experiments", json!({ "project_id": world.project, "name": "x" })).await.problem(403, "role_too_low");
        let target = json!({ "new_model": { "name": "x" }, "version": { "name": "v1" } });
        client.post(&format!("/experiments/{watched}/export"), target).await.problem(403, "role_too_low");
        // The registry and other projects are as the role says.
        let own = client.post("/projects", json!({ "name": "Own" })).await.expect(201).id();
        client.post("/experiments", json!({ "project_id": own, "name": "mine" })).await.expect(201);
        api.patch(&format!("/members/{}", editor.user_id), json!({ "project_roles": [] })).await.expect(200);
        client.patch(&parameters, json!({ "lr": 1 })).await.expect(200);
    }

    // Z3: a token is looked for below the account that the address names.
    async fn the_token_of_one_account_is_not_revoked_through_another(world) {
        let (database, owner) = (world.database(), &world.owner);
        let mut accounts = Vec::new();
        for name in ["first", "second"] {
            accounts.push(people::create_service_account(database, owner, name, Role::Editor).await.unwrap().user_id);
        }
        let new: NewToken = serde_json::from_value(json!({ "name": "nightly", "scopes": ["write"] })).unwrap();
        let (token, text) = people::create_token(database, owner, TokenOwner::Service(accounts[0]), &new).await.unwrap();
        for other in [TokenOwner::Service(accounts[1]), TokenOwner::Own, TokenOwner::Service(world.stranger.user_id)] {
            assert_eq!(code(people::revoke_token(database, owner, other, token.id).await), "not_found");
        }
        world.nobody().with_token(text.expose()).get("/me").await.expect(200);
        people::revoke_token(database, owner, TokenOwner::Service(accounts[0]), token.id).await.unwrap();
        world.nobody().with_token(text.expose()).get("/me").await.problem(401, "invalid_token");
    }

    // Z11: the right to do something is looked at again when the bytes have come.
    async fn who_is_shut_out_while_uploading_leaves_nothing(world) {
        let experiment = an_experiment().create(world).await;
        let editor = member(world, Role::Editor, "uploading@acme.example").await;
        let client = world.client_limited_to(&editor, Scopes::ALL, None).await;
        let (database, owner, user) = (world.database().clone(), world.owner.clone(), editor.user_id);
        let parts = futures::stream::once(async move {
            people::change_member(&database, &owner, user, &MemberChange::deactivated(true)).await.unwrap();
            Ok::<_, std::io::Error>("all bytes")
        });
        let path = format!("/experiments/{experiment}/artifacts/late.bin");
        client.upload(&path, Body::from_stream(parts)).await.problem(401, "session_ended");
        assert!(world.texts("SELECT name FROM artifacts").await.is_empty());
        assert!(world.stored_files().is_empty());
    }
}

async fn cannot_see(client: &Client, project: &str, experiment: &str) {
    for address in [
        format!("/projects/{project}"),
        format!("/experiments/{experiment}"),
        format!("/experiments/{experiment}/metrics"),
    ] {
        client.get(&address).await.problem(404, "not_found");
    }
    client.patch(&format!("/experiments/{experiment}"), json!({ "description": "x" })).await.problem(404, "not_found");
    client.post("/experiments", json!({ "project_id": project, "name": "x" })).await.problem(404, "not_found");
    for list in ["/projects", "/experiments", "/experiments?search=secret", "/search?q=secret"] {
        let text = String::from_utf8_lossy(&client.get(list).await.expect(200).body).into_owned();
        assert!(!text.contains(project) && !text.contains(experiment), "{list}: {text}");
    }
}
