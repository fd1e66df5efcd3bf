//! The router itself: every address that is registered, as eight principals, on own and foreign objects (reliability A5, A13, A14, Z1, Z2, Z9).

use super::{
    builders::*,
    client::{Answer, Client},
    people::member,
};
use crate::on_every_database;
use axum::{body::Body, http::Method};
use heirloom::{
    app,
    auth::{
        self, MemberChange,
        gate::{Declared, Need},
    },
    compat,
    server::api,
    vocabulary::{Actor, Role, Scopes},
};
use std::collections::BTreeMap;

const PREFIX: &str = "/api/v1";

/// Who asks, and what is known of them.
struct Principal {
    name: &'static str,
    /// For the API; `authorization` is sent to pages, too, where it must mean nothing.
    client: Client,
    /// For pages.
    cookie: String,
    /// Nothing when the credential is not valid.
    allowed: Option<Allowed>,
}

#[derive(Clone, Copy)]
struct Allowed {
    role: Role,
    is_read_only: bool,
    is_stranger: bool,
}

impl Allowed {
    fn has(self, need: Need) -> bool {
        match need {
            Need::Read => true,
            Need::Write | Need::Export => self.role >= Role::Editor && !self.is_read_only,
            Need::Manage => self.role >= Role::Owner && !self.is_read_only,
            Need::Account => !self.is_read_only,
        }
    }
}

async fn principals(world: &World) -> Vec<Principal> {
    let allowed = |role, is_read_only, is_stranger| Some(Allowed { role, is_read_only, is_stranger });
    let mut principals =
        vec![Principal { name: "nobody", client: world.nobody(), cookie: String::new(), allowed: None }];
    let mut add = |name, client, cookie, allowed| principals.push(Principal { name, client, cookie, allowed });
    let stranger = world.foreign_client().await;
    add(
        "another organization's owner",
        stranger,
        world.cookie_of(&world.stranger.email).await,
        allowed(Role::Owner, false, true),
    );
    for (name, role) in [("viewer", Role::Viewer), ("editor", Role::Editor), ("owner", Role::Owner)] {
        let actor = member(world, role, &format!("{name}@walk.example")).await;
        let client = world.client_limited_to(&actor, Scopes::ALL, None).await;
        add(name, client, world.cookie_of(&actor.email).await, allowed(role, false, false));
    }
    let owner = member(world, Role::Owner, "reader@walk.example").await;
    let client = world.client_limited_to(&owner, Scopes::READ, None).await;
    add("read-only token", client, String::new(), allowed(Role::Owner, true, false));
    let client = world.client_limited_to(&owner, Scopes::ALL, None).await;
    let cookie = world.cookie_of(&owner.email).await;
    world.execute("UPDATE tokens SET expires_at = 1 WHERE name = 'test' AND scopes <> 'read' AND user_id = (SELECT id FROM users WHERE email = 'reader@walk.example')").await;
    world.execute("UPDATE sessions SET expires_at = 1 WHERE user_id = (SELECT id FROM users WHERE email = 'reader@walk.example')").await;
    add("expired token", client, cookie, None);
    let gone = member(world, Role::Owner, "gone@walk.example").await;
    let client = world.client_limited_to(&gone, Scopes::ALL, None).await;
    let cookie = world.cookie_of(&gone.email).await;
    auth::operations::change_member(world.database(), &owner, gone.user_id, &MemberChange::deactivated(true))
        .await
        .unwrap();
    add("deactivated user", client, cookie, None);
    principals
}

/// One object of every kind in an organization, by the part of the address before it.
type Objects = BTreeMap<&'static str, String>;

async fn objects_of(world: &World, client: &Client, owner: &Actor) -> Objects {
    let project = client.post("/projects", serde_json::json!({ "name": "Walked" })).await.expect(201).id();
    let new = serde_json::json!({ "project_id": project, "name": "Walked" });
    let experiment = client.post("/experiments", new).await.expect(201).id();
    client.upload(&format!("/experiments/{experiment}/artifacts/best.pt"), "bytes").await.expect(201);
    let dataset = client.post("/datasets", serde_json::json!({ "name": "Walked" })).await.expect(201).id();
    let version = serde_json::json!({ "name": "v1", "labels": ["a"] });
    let dataset_version = client.post(&format!("/datasets/{dataset}/versions"), version).await.expect(201).id();
    let labels = client.get(&format!("/dataset-versions/{dataset_version}/labels")).await.expect(200).json();
    let group = serde_json::json!({ "name": "Walked" });
    let group = client.post(&format!("/dataset-versions/{dataset_version}/label-groups"), group).await.expect(201).id();
    let tag = serde_json::json!({ "name": "walked", "target": "model" });
    let tag = client.post("/tags", tag).await.expect(201).id();
    let export = serde_json::json!({ "new_model": { "name": "Walked" }, "version": { "name": "v1" } });
    let exported = client.post(&format!("/experiments/{experiment}/export"), export).await.expect(201).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let invite = serde_json::json!({ "email": "invited@walk.example", "role": "viewer" });
    let invitation = client.post("/invitations", invite).await.expect(201).id();
    let service =
        auth::operations::create_service_account(world.database(), owner, "walked", Role::Viewer).await.unwrap();
    let token = serde_json::json!({ "name": "walked", "scopes": ["read"] });
    let token = client.post("/tokens", token).await.expect(201).id();
    let (model, version) = (text(&exported["model_id"]), text(&exported["id"]));
    let label = text(&labels["items"][0]["id"]);
    let mut objects = objects_of_calls(client, owner, &experiment, &version).await;
    objects.extend([
        ("project", project.clone()),
        ("projects", project),
        ("experiment", experiment.clone()),
        ("experiments", experiment),
        ("dataset", dataset.clone()),
        ("datasets", dataset),
        ("dataset/version", dataset_version.clone()),
        ("job", dataset_version.clone()),
        ("dataset-versions", dataset_version),
        ("label", label.clone()),
        ("labels", label),
        ("label/group", group.clone()),
        ("label-groups", group),
        ("tag", tag.clone()),
        ("tags", tag),
        ("model", model.clone()),
        ("models", model.clone()),
        ("registry", model),
        ("model/version", version.clone()),
        ("context", version.clone()),
        ("model-versions", version),
        ("organization", owner.organization_id.to_string()),
        ("connector", owner.organization_id.to_string()),
        ("object-storage", owner.organization_id.to_string()),
        ("invitations", invitation),
        ("members", service.user_id.to_string()),
        ("people", service.user_id.to_string()),
        ("tokens", token),
    ]);
    objects
}

/// What only the calls of another protocol name.
async fn objects_of_calls(client: &Client, owner: &Actor, experiment: &str, version: &str) -> Objects {
    let organization = owner.organization_id;
    let first = async |path: String| {
        let answer = client.send_to(&path, "GET", &[], Body::empty()).await.expect(200).json();
        answer["items"][0]["id"].as_str().unwrap().to_owned()
    };
    let post = async |path: String, body: serde_json::Value| {
        client.send_to(&path, "POST", &[], body.to_string().into()).await.expect(200)
    };
    let log = serde_json::json!({ "name": "loss", "type": "LINE", "data": [1, 2] });
    let file =
        serde_json::json!({ "filename": "log.txt", "type": "LOGGING", "context": { "experiment_id": experiment } });
    let storage = format!("/api/organization/{organization}/connector/{organization}/generate_object_name");
    let object = post(storage, file).await.json();
    let signed =
        post(format!("/api/object-storage/{organization}/generate_presigned_url"), object.clone()).await.json();
    let address = signed["presigned_url_data"]["url"].as_str().unwrap().replace("http://127.0.0.1:3000", "");
    client.send_to(&address, "PUT", &[], "printed".into()).await.expect(201);
    BTreeMap::from([
        ("artifact", first(format!("/api/experiment/{experiment}/artifacts")).await),
        ("model/file", first(format!("/api/model/version/{version}/modelfiles")).await),
        ("log", post(format!("/api/experiment/{experiment}/logs"), log).await.id()),
        ("logging/file", post(format!("/api/experiment/{experiment}/logging/save"), object).await.id()),
    ])
}

/// The address with the ids of objects in it, and whether it names one.
fn address(declared: &Declared, prefix: &str, objects: &Objects) -> (String, bool) {
    let mut filled = String::from(prefix);
    let (mut before, mut before_that) = ("", "");
    for part in declared.path.split('/').skip(1) {
        filled.push('/');
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some("number") => filled.push('1'),
            Some("name") if before == "versions" => filled.push_str("v1"),
            Some(name) if name.starts_with('*') => filled.push_str("best.pt"),
            Some(_) => {
                let both = format!("{before_that}/{before}");
                let object = objects.get(both.as_str()).or_else(|| objects.get(before));
                filled
                    .push_str(object.unwrap_or_else(|| panic!("{} names what the test does not have", declared.path)));
            }
            None => filled.push_str(part),
        }
        (before_that, before) = (before, part);
    }
    // Without these the query is refused before the object is looked for.
    let query = [
        ("/label-map/file", "?format=coco"),
        ("/metrics/history", "?key=loss"),
        ("/metrics/curve", "?key=loss"),
        ("/find", "?id=01a20bdc-4dba-70dc-b893-000000000000&name=nothing&target_type=MODEL"),
    ];
    if let Some((_, query)) = query.iter().find(|(end, _)| filled.ends_with(end)) {
        filled.push_str(query);
    }
    (filled, declared.path.contains('{'))
}

async fn ask(principal: &Principal, declared: &Declared, address: &str) -> Answer {
    let headers = [("cookie", principal.cookie.as_str())];
    principal.client.send_to(address, declared.method.as_str(), &headers, Body::empty()).await
}

/// What the gate must say; nothing when the handler has the word.
enum Verdict {
    Unauthenticated,
    Refused,
    Missing,
    Entered,
}

fn verdict(principal: &Principal, need: Need, is_foreign: bool, is_page: bool) -> Verdict {
    match principal.allowed {
        None => Verdict::Unauthenticated,
        Some(allowed) if is_page && allowed.is_read_only => Verdict::Unauthenticated,
        Some(allowed) if !allowed.has(need) => Verdict::Refused,
        Some(_) if is_foreign => Verdict::Missing,
        Some(_) => Verdict::Entered,
    }
}

fn check(answer: &Answer, verdict: &Verdict, is_page: bool, told: &str) {
    let status = answer.status;
    assert!(answer.body.is_empty() || !answer.header("content-type").is_empty(), "{told}: an answer of no type");
    match verdict {
        Verdict::Unauthenticated if is_page && status == 303 => {
            assert!(answer.header("location").starts_with("/sign-in"), "{told}: {}", answer.header("location"));
        }
        Verdict::Unauthenticated => assert_eq!(status, 401, "{told}"),
        Verdict::Refused => assert_eq!(status, 403, "{told}"),
        Verdict::Missing if told.starts_with("GET") => assert_eq!(status, 404, "{told}"),
        // A body that cannot be read is refused before the object is looked for.
        Verdict::Missing => assert!([404, 400, 415, 422].contains(&status), "{told}: {status}"),
        Verdict::Entered => assert!(![401, 403, 405].contains(&status) && status < 500, "{told}: {status}"),
    }
}

/// What ends the life of things, or signs somebody out, comes last.
fn is_final(declared: &Declared) -> bool {
    declared.method == Method::DELETE || ["/seal", "/archive"].iter().any(|end| declared.path.ends_with(end))
}

async fn walk(world: &World, all: &[Declared], prefix: &str) -> usize {
    let is_page = all.iter().any(|declared| declared.path == "/registry");
    let owner = world.client().await;
    let own = objects_of(world, &owner, &world.owner).await;
    let foreign = objects_of(world, &world.foreign_client().await, &world.stranger).await;
    let principals = principals(world).await;
    let mut declared: Vec<&Declared> = all.iter().filter(|declared| declared.need.is_some()).collect();
    declared.sort_by_key(|declared| is_final(declared));
    let mut asked = 0;
    for declared in declared {
        let need = declared.need.unwrap();
        // The owner comes last, so that whatever is deleted was there for everybody else.
        for principal in principals
            .iter()
            .filter(|principal| principal.name != "owner")
            .chain(principals.iter().filter(|principal| principal.name == "owner"))
        {
            let is_stranger = principal.allowed.is_some_and(|allowed| allowed.is_stranger);
            for (objects, is_own) in [(&foreign, is_stranger), (&own, !is_stranger)] {
                let (address, names_one) = address(declared, prefix, objects);
                let is_foreign = names_one && !is_own;
                // Nobody lists, finds or revokes the tokens of somebody else, colleagues included.
                let is_foreign = is_foreign || (declared.path == "/tokens/{id}" && !is_stranger);
                let answer = ask(principal, declared, &address).await;
                let told = format!("{} {} as {}", declared.method, address, principal.name);
                check(&answer, &verdict(principal, need, is_foreign, is_page), is_page, &told);
                asked += 1;
            }
        }
    }
    asked
}

on_every_database! {
    async fn every_operation_of_the_api_lets_in_whom_it_declares_and_nobody_else(world) {
        let api = api::operations();
        let asked = walk(world, api.declared(), PREFIX).await;
        println!("{} operations, 8 principals, own and foreign objects: {asked} requests", api.declared().len());
        assert!(asked >= 60 * 16, "{asked}");
    }

    async fn every_call_of_another_protocol_lets_in_whom_it_declares_and_nobody_else(world) {
        let calls = compat::picsellia::calls();
        let for_tokens = calls.declared().iter().filter(|declared| declared.need.is_some()).count();
        let asked = walk(world, calls.declared(), "").await;
        println!("{for_tokens} calls, 8 principals, own and foreign objects: {asked} requests");
        assert_eq!(asked, for_tokens * 16);
    }

    async fn every_page_lets_in_whom_it_declares_and_nobody_else(world) {
        let pages = app::pages();
        let asked = walk(world, pages.declared(), "").await;
        println!("{} pages and server functions, 8 principals, own and foreign objects: {asked} requests", pages.declared().len());
        assert!(asked >= 80 * 16, "{asked}");
    }
}

/// Z1: whoever adds a page for everybody has to add it here, too, with the reason.
#[test]
fn few_addresses_are_open_to_everybody() {
    let pages = app::pages();
    let open: Vec<String> = pages
        .declared()
        .iter()
        .filter(|declared| declared.need.is_none())
        .map(|declared| format!("{} {}", declared.method, declared.path))
        .collect();
    let expected = [
        // Opened by the secret of the first start, of an invitation, or of a reset.
        "GET /set-up",
        "POST /set-up",
        "GET /invitation",
        "POST /invitation",
        "GET /reset-password",
        "POST /reset-password",
        // The door itself.
        "GET /sign-in",
        "POST /sign-in",
        "POST /sign-out",
        "GET /sign-in/provider",
        "GET /sign-in/callback",
        "GET /forgot-password",
        "POST /forgot-password",
    ];
    assert_eq!(std::collections::BTreeSet::from_iter(open.iter().map(String::as_str)), expected.into());
    assert!(api::operations().declared().iter().all(|declared| declared.need.is_some()));
}

/// Server functions register themselves; only those at the gate have an address.
#[test]
fn every_server_function_stands_at_the_gate() {
    let pages = app::pages();
    let functions: Vec<&str> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert!(!functions.is_empty());
    for path in functions {
        assert!(pages.declared().iter().any(|declared| declared.path == path && declared.need.is_some()), "{path}");
    }
}
