//! What other sites can make a browser do here, and what a browser keeps (reliability W1-W3, W5, W7, W10, Z12, Z14, A10).

use super::{
    access::{Objects, one_of_everything},
    builders::*,
    client::{Answer, Client},
    people::send_form,
};
use crate::on_every_database;
use axum::{body::Body, http::Method};
use heirloom::{app, server::api, services::Services};
use std::sync::Arc;

const FORM: &str = "application/x-www-form-urlencoded";

/// Every registered address of a page with this method, with the ids of objects in it.
fn pages(method: &Method, objects: &Objects) -> Vec<String> {
    let of = |path: &str| {
        let (mut before, mut before_that) = ("", "");
        let parts = path.split('/').map(|part| {
            let filled = match part {
                "{number}" => "1",
                "{name}" if before == "versions" => "v1",
                _ if part.starts_with("{*") => "best.pt",
                _ if part.starts_with('{') => {
                    let kind = match (before_that, before) {
                        (_, "registry" | "model") => "models",
                        (_, "people") => "members",
                        // There is no page of an organization: whatever is named leads nowhere.
                        (_, "project" | "organization") => "projects",
                        (_, "experiment") => "experiments",
                        (_, "dataset") => "datasets",
                        ("dataset", "version") => "dataset-versions",
                        ("model", "version") => "model-versions",
                        (_, kind) => kind,
                    };
                    objects[kind].as_str()
                }
                _ => part,
            };
            (before_that, before) = (before, part);
            filled
        });
        parts.collect::<Vec<_>>().join("/")
    };
    let pages = app::pages();
    let declared = pages.declared().iter().filter(|declared| declared.method == *method);
    declared.map(|declared| of(&declared.path)).collect()
}

async fn ask(client: &Client, method: &str, address: &str, headers: &[(&str, &str)], body: &'static str) -> Answer {
    client.send_to(address, method, headers, Body::from(body)).await
}

/// The same server behind TLS.
fn with_tls(world: &World) -> Client {
    let mut settings = (*world.services.settings).clone();
    settings.public_url = "https://models.example".to_owned();
    world.nobody().on(Services { settings: Arc::new(settings), ..world.services.clone() })
}

on_every_database! {
    // W1: whatever another site sends, in whatever form, stops at the outermost layer.
    async fn requests_from_other_sites_are_refused(world) {
        let objects = one_of_everything(world).await;
        let cookie = world.cookie_of(&world.owner.email).await;
        let nobody = world.nobody();
        let before = world.rows().await;
        let posts = pages(&Method::POST, &objects);
        assert!(posts.len() > 30 && posts.iter().any(|address| address.starts_with("/fn/")), "{posts:?}");
        for address in &posts {
            for (name, value) in [
                ("origin", "http://evil.example"),
                ("origin", "null"),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
            ] {
                let headers = [("host", "models.example"), ("cookie", cookie.as_str()), ("content-type", FORM), (name, value)];
                assert_eq!(ask(&nobody, "POST", address, &headers, "name=x").await.status, 403, "{address} {name}: {value}");
            }
        }
        assert_eq!(world.rows().await, before);
        let same = [("host", "models.example"), ("cookie", cookie.as_str()), ("content-type", FORM), ("origin", "http://models.example"), ("sec-fetch-site", "same-origin")];
        ask(&nobody, "POST", "/settings/profile", &same, "name=Me&email=owner%40acme.example").await.expect(303);
    }

    // W2: what other sites may send without asking is no form and no call.
    async fn plain_text_is_no_form_and_no_call(world) {
        let objects = one_of_everything(world).await;
        let cookie = world.cookie_of(&world.owner.email).await;
        let before = world.rows().await;
        let headers = [("cookie", cookie.as_str()), ("content-type", "text/plain")];
        for address in pages(&Method::POST, &objects).iter().filter(|address| *address != "/sign-out") {
            let answer = ask(&world.nobody(), "POST", address, &headers, r#"{"name":"x"}"#).await;
            assert!([400, 415].contains(&answer.status), "{address}: {}", answer.status);
        }
        assert_eq!(world.rows().await, before);
    }

    // W3: reading changes nothing, whoever makes a browser read.
    async fn reading_changes_nothing(world) {
        let objects = one_of_everything(world).await;
        let cookie = world.cookie_of(&world.owner.email).await;
        let nobody = world.nobody();
        let before = world.rows().await;
        let files = world.stored_files();
        for address in pages(&Method::GET, &objects) {
            for method in ["GET", "HEAD"] {
                let answer = ask(&nobody, method, &address, &[("cookie", &cookie)], "").await;
                assert!(answer.status < 500, "{method} {address}: {}", answer.status);
            }
        }
        assert_eq!((world.rows().await, world.stored_files()), (before, files));
    }

    // W5: no answer may be read by another site.
    async fn no_answer_lets_another_site_read(world) {
        let objects = one_of_everything(world).await;
        let cookie = world.cookie_of(&world.owner.email).await;
        let api = world.client().await;
        let file = format!("/api/v1/experiments/{}/artifacts/best.pt", objects["experiments"]);
        for address in ["/", "/api/v1/me", "/api/v1/projects", file.as_str(), "/sign-in"] {
            for (method, origin) in [("OPTIONS", "http://evil.example"), ("GET", "null"), ("GET", "http://evil.example")] {
                let headers = [("cookie", cookie.as_str()), ("origin", origin), ("access-control-request-method", "GET")];
                let answer = ask(&api, method, address, &headers, "").await;
                assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")), "{method} {address}");
            }
        }
    }

    // W7: Leptos would go back to where the request says it came from.
    async fn a_failing_server_function_redirects_nobody(world) {
        let cookie = world.cookie_of(&world.owner.email).await;
        let objects = one_of_everything(world).await;
        for address in pages(&Method::POST, &objects).iter().filter(|address| address.starts_with("/fn/")) {
            for body in ["", "nonsense=1", "%FF=%FF"] {
                let headers = [("cookie", cookie.as_str()), ("content-type", FORM), ("accept", "text/html"), ("referer", "https://evil.example/x")];
                let answer = ask(&world.nobody(), "POST", address, &headers, body).await;
                let text = String::from_utf8_lossy(&answer.body);
                assert!((400..500).contains(&answer.status), "{address}: {} {text}", answer.status);
                assert_eq!(answer.header("location"), "");
                assert!(!text.contains("__err") && !text.contains("evil.example"), "{text}");
            }
        }
    }

    // W10, 4.1: what is somebody's is kept nowhere on the way; files of known bytes only by their reader.
    async fn what_is_somebodys_is_not_kept(world) {
        let objects = one_of_everything(world).await;
        let cookie = world.cookie_of(&world.owner.email).await;
        let api = world.client().await;
        let project = format!("/projects/{}", objects["projects"]);
        for address in ["/", "/settings", "/settings/audit.csv", "/nowhere", &project, &format!("{project}/experiments.csv"), "/api/v1/me", "/api/v1/nowhere"] {
            let answer = ask(&api, "GET", address, &[("cookie", &cookie)], "").await;
            assert!(answer.header("cache-control").contains("no-store"), "{address}: {}", answer.header("cache-control"));
            assert!(answer.header("permissions-policy").contains("camera=()"), "{address}");
            let kind = answer.header("content-type");
            assert!(!kind.starts_with("text/") || kind.ends_with("charset=utf-8"), "{address}: {kind}");
        }
        let file = ask(&api, "GET", &format!("/api/v1/experiments/{}/artifacts/best.pt", objects["experiments"]), &[], "").await;
        assert!(file.header("cache-control").starts_with("private"));
        assert!(!file.header("etag").is_empty());
    }

    // Z14: the method of the request is the method.
    async fn only_the_method_of_the_request_counts(world) {
        let objects = one_of_everything(world).await;
        let api = world.client().await;
        let here = format!("/api/v1/experiments/{}", objects["experiments"]);
        for (name, value) in [("x-http-method-override", "DELETE"), ("x-method-override", "DELETE"), ("x-http-method", "DELETE")] {
            ask(&api, "GET", &here, &[(name, value)], "").await.expect(200);
            ask(&api, "POST", &here, &[(name, value), ("content-type", FORM)], "_method=DELETE").await.expect(405);
        }
        ask(&api, "GET", "/api/v1/experiments?_method=DELETE", &[], "").await.problem(400, "invalid_query");
        ask(&api, "GET", &format!("{here}?_method=DELETE"), &[], "").await;
        ask(&api, "HEAD", &here, &[], "").await.expect(200);
        ask(&api, "GET", &here, &[], "").await.expect(200);
    }

    // Z12: nothing is served that nobody meant to serve.
    async fn forgotten_addresses_lead_nowhere(world) {
        let nobody = world.nobody();
        for address in [
            "/metrics", "/health", "/.git/config", "/.env", "/pkg/heirloom.wasm.map", "/pkg/../Cargo.toml", "/data/heirloom.db", "/heirloom.db",
            "/backup", "/debug", "/debug/pprof", "/server-status", "/api/v1/openapi.yaml.bak", "/pkg/", "/blobs/",
        ] {
            let answer = ask(&nobody, "GET", address, &[], "").await;
            assert!([303, 401, 404].contains(&answer.status), "{address}: {}", answer.status);
            assert!(answer.status != 303 || answer.header("location").starts_with("/sign-in"), "{address}");
        }
        let open = app::pages().declared().iter().filter(|declared| declared.need.is_none()).count();
        assert!(api::operations().declared().iter().all(|declared| declared.need.is_some()));
        assert!(open <= 16, "{open} doors without a lock");
    }

    // A10, 3.3.1, 3.4.1: with TLS, nothing goes without it.
    async fn with_tls_every_cookie_and_every_answer_asks_for_it(world) {
        let client = with_tls(world);
        let fields = [("email", "owner@acme.example"), ("password", "correct horse")];
        let signed_in = send_form(&client, "", "/sign-in", &fields).await.expect(303);
        let cookie = signed_in.header("set-cookie");
        assert!(cookie.starts_with("__Host-sid=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.ends_with("; Secure") && !cookie.contains("Domain"), "{cookie}");
        let session = cookie.split(';').next().unwrap();
        let unprefixed = session.replace("__Host-", "");
        ask(&client, "GET", "/", &[("cookie", &unprefixed)], "").await.expect(303);
        let project = format!("/projects/{}", world.project);
        let saved = send_form(&client, session, "/settings/profile", &[("name", "Me"), ("email", "owner@acme.example")]).await;
        for answer in [ask(&client, "GET", &project, &[("cookie", session)], "").await.expect(200), saved.expect(303), ask(&client, "GET", "/nowhere", &[], "").await, ask(&client, "GET", "/favicon.svg", &[], "").await, ask(&client, "GET", "/api/v1/me", &[], "").await] {
            assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
            for cookie in answer.headers.get_all("set-cookie") {
                assert!(cookie.to_str().unwrap().ends_with("; Secure"), "{cookie:?}");
            }
        }
    }
}
