//! People and their credentials (reliability, groups A and Z): through the pages' forms and through the API.

use super::{
    builders::*,
    client::{Answer, Client},
};
use crate::on_every_database;
use axum::body::Body;
use heirloom::{
    auth::{
        self, MemberChange, NewInvitation, NewMember, ProjectRole, TokenOwner,
        operations::{self as people, Visitor},
        secret::Secret,
    },
    vocabulary::{Actor, ProjectId, Role, Scopes},
};
use serde_json::json;
use std::{collections::HashSet, time::Instant};

/// Sends a form as a browser does.
pub async fn send_form(client: &Client, cookie: &str, address: &str, fields: &[(&str, &str)]) -> Answer {
    let encoded = |text: &str| heirloom::ui::address::encoded_segment(text);
    let body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie)];
    client.send_to(address, "POST", &headers, Body::from(body.join("&"))).await
}

pub async fn open(client: &Client, cookie: &str, address: &str) -> Answer {
    client.send_to(address, "GET", &[("cookie", cookie)], Body::empty()).await
}

pub async fn member(world: &World, role: Role, email: &str) -> Actor {
    let new = NewMember { organization: &world.owner.organization_name, email, role, password: Some(password()) };
    people::create_user(&world.services, new).await.unwrap()
}

pub fn secret(text: &str) -> Secret {
    text.to_owned().into()
}

pub fn session_in(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let session =
        cookies.map(|cookie| cookie.split(';').next().unwrap_or_default()).find(|pair| pair.starts_with("sid="));
    session.unwrap_or_default().to_owned()
}

async fn invite(world: &World, email: &str) -> Secret {
    let new = NewInvitation { email: email.to_owned(), role: Role::Viewer, hours: None };
    people::invite(world.database(), &world.owner, &new).await.unwrap().1
}

async fn join(world: &World, key: &Secret, password: &str) -> Result<auth::SignedIn, heirloom::error::Failure> {
    people::invite_newcomer(&world.services, &Visitor::default(), key, "", secret(password)).await
}

const NEW_PASSWORD: &str = "three wombats bake bread";

on_every_database! {
    // A2: one transaction, one owner, and the link is worthless afterwards.
    async fn a_server_that_was_set_up_takes_no_second_set_up(world) {
        assert!(people::begin_set_up(world.database()).await.unwrap().is_none());
        let before = world.rows().await;
        for key in ["", "x", "' OR 1=1 --"] {
            let done = people::set_up(&world.services, &Visitor::default(), &secret(key), "Mine", "me@example.org", "", secret(NEW_PASSWORD)).await;
            assert_eq!(code(done), "dead_link");
        }
        assert_eq!(world.rows().await, before);
    }

    // A4: the value that somebody planted is never the session, and stays worthless.
    async fn signing_in_makes_a_new_session_whatever_cookie_was_there(world) {
        let nobody = world.nobody();
        let fields = [("email", "owner@acme.example"), ("password", "correct horse")];
        let mut seen = HashSet::new();
        for _ in 0..3 {
            let answer = send_form(&nobody, "sid=planted", "/sign-in", &fields).await.expect(303);
            assert!(answer.header("set-cookie").ends_with("Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600"), "{answer:?}");
            assert!(seen.insert(session_in(&answer)));
        }
        assert!(!seen.contains("sid=planted"));
        open(&nobody, "sid=planted", "/").await.expect(303);
        for cookie in seen {
            open(&nobody, &cookie, "/").await.expect(200);
        }
    }

    // A5: out is out, everywhere, at once.
    async fn ended_sessions_and_shut_out_members_get_in_nowhere(world) {
        let nobody = world.nobody();
        let email = "short@acme.example";
        let actor = member(world, Role::Editor, email).await;
        let token = nobody.with_token(&world.token_of(&actor, Scopes::ALL, None).await);
        let ends: [(&str, bool); 4] = [("sign out", false), ("new password", false), ("deactivate", true), ("remove", true)];
        for (how, tokens_end) in ends {
            let cookie = world.cookie_of(email).await;
            open(&nobody, &cookie, "/").await.expect(200);
            token.get("/me").await.expect(200);
            match how {
                "sign out" => _ = send_form(&nobody, &cookie, "/sign-out", &[]).await.expect(303),
                "new password" => {
                    let key = people::reset_link_for(world.database(), &world.owner, actor.user_id).await.unwrap();
                    people::reset_password(&world.services, &Visitor::default(), &key, password()).await.unwrap();
                }
                "deactivate" => _ = people::change_member(world.database(), &world.owner, actor.user_id, &MemberChange::deactivated(true)).await.unwrap(),
                _ => people::remove(world.database(), &world.owner, actor.user_id).await.unwrap(),
            }
            open(&nobody, &cookie, "/").await.expect(303);
            let (expected, what) = if tokens_end { (401, "token") } else { (200, "token") };
            assert_eq!(token.get("/me").await.status, expected, "{what} after {how}");
            if how == "deactivate" {
                people::change_member(world.database(), &world.owner, actor.user_id, &MemberChange::deactivated(false)).await.unwrap();
                token.get("/me").await.expect(200);
            }
        }
    }

    // A6, A7: nobody learns from an answer who has an account.
    async fn unknown_people_and_wrong_passwords_look_and_take_the_same(world) {
        let nobody = world.nobody();
        let mut times = [Vec::new(), Vec::new()];
        let mut answers = HashSet::new();
        for round in 0..7 {
            for (index, email) in ["owner@acme.example", "nobody@acme.example"].into_iter().enumerate() {
                let begin = Instant::now();
                let answer = send_form(&nobody, "", "/sign-in", &[("email", email), ("password", "wrong horse")]).await.expect(401);
                times[index].push(begin.elapsed());
                let text = String::from_utf8_lossy(&answer.body).replace(email, "");
                // Each page has its own nonce.
                let nonce = answer.header("content-security-policy").split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
                answers.insert(text.replace(&nonce, ""));
                assert!(answers.len() == 1, "round {round}");
            }
        }
        let [known, unknown] = times.map(|mut times| { times.sort(); times[times.len() / 2] });
        // A password check takes tens of milliseconds: without it an unknown person would be answered in a fraction.
        let ratio = known.as_secs_f64() / unknown.as_secs_f64();
        assert!((0.4..2.5).contains(&ratio), "{known:?} {unknown:?}");
    }

    // A8: delays, not lock-out, and no header makes somebody another.
    async fn after_many_wrong_passwords_one_waits(world) {
        let nobody = world.nobody();
        let attempt = async |password: &str, forwarded: &str| {
            let body = format!("email=owner%40acme.example&password={}", password.replace(' ', "+"));
            let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-forwarded-for", forwarded)];
            nobody.send_to("/sign-in", "POST", &headers, Body::from(body)).await
        };
        let mut statuses = Vec::new();
        for number in 0..20 {
            statuses.push(attempt("wrong horse", &format!("192.0.2.{number}")).await.status);
        }
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 10, "{statuses:?}");
        let refused = attempt("correct horse", "").await.expect(429);
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        // Everybody else gets in, and so do sessions and tokens that exist.
        world.cookie_of(&world.stranger.email).await;
    }

    // A11, A13: one place for a token, and one answer for all that are not valid.
    async fn only_a_whole_token_in_the_authorization_header_counts(world) {
        let token = world.token_of(&world.owner, Scopes::ALL, None).await;
        let nobody = world.nobody();
        let ask = async |headers: &[(&str, &str)], query: &str| nobody.send("GET", &format!("/me{query}"), headers, Body::empty()).await;
        ask(&[("authorization", &format!("Bearer {token}"))], "").await.expect(200);
        let flipped: String = token.chars().map(|letter| if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }).collect();
        let basic = { use base64::Engine; base64::prelude::BASE64_STANDARD.encode(format!("token:{token}")) };
        let mut details = HashSet::new();
        for (headers, query) in [
            (vec![], format!("?token={token}&access_token={token}")),
            (vec![("authorization", format!("Basic {basic}"))], String::new()),
            (vec![("cookie", format!("token={token}; sid={token}"))], String::new()),
            (vec![("authorization", format!("Bearer {flipped}"))], String::new()),
            (vec![("authorization", format!("Bearer {}", &token[..token.len() - 1]))], String::new()),
            (vec![("authorization", format!("Bearer  {token}"))], String::new()),
            (vec![("authorization", format!("Bearer {token} "))], String::new()),
            (vec![("x-api-key", token.clone())], String::new()),
        ] {
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = ask(&headers, &query).await;
            // A space at the end of a header is not part of it (RFC 9110, section 5.5).
            if headers.first().is_some_and(|(_, value)| value.ends_with(' ')) { continue; }
            details.insert(answer.problem(401, "invalid_token")["detail"].to_string());
        }
        assert_eq!(details.len(), 1);
    }

    // A12: what a stolen database would give away.
    async fn no_secret_is_stored_as_it_is(world) {
        let token = world.token_of(&world.owner, Scopes::ALL, None).await;
        let cookie = world.cookie_of(&world.owner.email).await;
        let invitation = invite(world, "new@acme.example").await;
        let reset = people::reset_link_for(world.database(), &world.stranger, world.stranger.user_id).await.unwrap();
        let everything = format!("{:?}", world.rows().await);
        let session = cookie.split_once('=').unwrap().1;
        for secret in [token.as_str(), session, invitation.expose(), reset.expose(), "correct horse"] {
            assert!(!everything.contains(secret), "a secret lies in a table");
        }
        let again = world.client().await.get("/tokens").await.expect(200);
        assert!(!String::from_utf8_lossy(&again.body).contains("hlm_"));
    }

    // A15: once, not after its time, not by somebody else, and built from the configured address.
    async fn a_link_works_once_in_its_time_for_its_person(world) {
        let key = invite(world, "Invited@Acme.example").await;
        let other = member(world, Role::Editor, "other@acme.example").await;
        assert_eq!(code(people::accept(world.database(), &other, &key).await), "other_invitee");
        assert!(join(world, &key, NEW_PASSWORD).await.is_ok());
        assert_eq!(code(join(world, &key, NEW_PASSWORD).await.map(|_| ())), "dead_link");
        for table in ["invitations", "password_resets"] {
            let key = match table {
                "invitations" => invite(world, "late@acme.example").await,
                _ => people::reset_link_for(world.database(), &world.owner, other.user_id).await.unwrap(),
            };
            world.execute(format!("UPDATE {table} SET expires_at = 1")).await;
            let used = match table {
                "invitations" => join(world, &key, NEW_PASSWORD).await.map(|_| ()),
                _ => people::reset_password(&world.services, &Visitor::default(), &key, secret(NEW_PASSWORD)).await,
            };
            assert_eq!(code(used), "dead_link", "{table}");
        }
        let owner = world.client().await;
        let headers = [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("content-type", "application/json")];
        let body = Body::from(json!({ "email": "poisoned@acme.example", "role": "viewer" }).to_string());
        let made = owner.send("POST", "/invitations", &headers, body).await;
        if made.status == 201 {
            assert!(made.json()["link"].as_str().unwrap().starts_with("http://127.0.0.1:3000/invitation?key="), "{made:?}");
        } else {
            made.expect(421);
        }
        for hours in [0, 169] {
            let body = json!({ "email": "x@acme.example", "role": "viewer", "hours": hours });
            owner.post("/invitations", body).await.problem(422, "out_of_range");
        }
    }

    // A16: one address, however it is written.
    async fn nobody_takes_the_address_of_somebody_else(world) {
        let actor = member(world, Role::Editor, "café@acme.example").await;
        let cookie = world.cookie_of("café@acme.example").await;
        let nobody = world.nobody();
        let own = [("name", "Me"), ("email", "café@acme.example"), ("current_password", "")];
        send_form(&nobody, &cookie, "/settings/profile", &own).await.expect(303);
        for email in ["OWNER@acme.example", "owner@acme.example ", "owner@ACME.example"] {
            let fields = [("name", ""), ("email", email), ("current_password", "correct horse")];
            send_form(&nobody, &cookie, "/settings/profile", &fields).await.expect(409);
        }
        assert_eq!(code(people::invite(world.database(), &world.owner, &NewInvitation { email: "CAFE\u{301}@acme.example".to_owned(), role: Role::Viewer, hours: None }).await.map(|_| ())), "already_member");
        let fields = [("name", ""), ("email", "moved@acme.example"), ("current_password", "wrong horse")];
        send_form(&nobody, &cookie, "/settings/profile", &fields).await.expect(422);
        let found = people::find_account(world.database(), &actor).await.unwrap();
        assert_eq!((found.email.as_str(), found.name.as_str()), ("café@acme.example", "Me"));
    }

    // Z10: an organization keeps an owner, and nobody judges their own place.
    async fn the_last_owner_stays_and_nobody_changes_their_own_role(world) {
        let (database, owner) = (world.database(), &world.owner);
        assert_eq!(code(people::leave(database, owner).await), "last_owner");
        assert_eq!(code(people::change_member(database, owner, owner.user_id, &MemberChange::role(Role::Viewer)).await), "own_role");
        assert_eq!(code(people::change_member(database, owner, owner.user_id, &MemberChange::deactivated(true)).await), "own_role");
        assert_eq!(code(people::remove(database, owner, owner.user_id).await), "own_role");
        let second = member(world, Role::Owner, "second@acme.example").await;
        let demoted = MemberChange::role(Role::Viewer);
        let (first, other) = tokio::join!(
            people::change_member(database, owner, second.user_id, &demoted),
            people::change_member(database, &second, owner.user_id, &demoted)
        );
        // Whoever came second was stopped: one of the two is an owner still.
        assert!(first.is_ok() != other.is_ok() || world.texts("SELECT role FROM memberships").await.iter().any(|role| role == "owner"));
        let owners = world.texts(format!("SELECT user_id FROM memberships WHERE role = 'owner' AND organization_id = '{}'", owner.organization_id)).await;
        assert!(!owners.is_empty());
        let editor = member(world, Role::Editor, "editor@real.example").await;
        assert_eq!(code(people::change_member(database, &editor, second.user_id, &MemberChange::role(Role::Viewer)).await), "role_too_low");
        assert_eq!(code(people::invite(database, &editor, &NewInvitation { email: "x@y.example".to_owned(), role: Role::Owner, hours: None }).await.map(|_| ())), "role_too_low");
    }

    // Z2, Z4 for people: those of another organization are nobody.
    async fn members_of_another_organization_are_nobody(world) {
        let (database, owner) = (world.database(), &world.owner);
        let foreign = world.stranger.user_id;
        assert_eq!(code(people::find_member(database, owner, foreign).await), "not_found");
        assert_eq!(code(people::change_member(database, owner, foreign, &MemberChange::role(Role::Viewer)).await), "not_found");
        assert_eq!(code(people::change_member(database, owner, foreign, &MemberChange::deactivated(true)).await), "not_found");
        assert_eq!(code(people::remove(database, owner, foreign).await), "not_found");
        assert_eq!(code(people::reset_link_for(database, owner, foreign).await.map(|_| ())), "not_found");
        assert_eq!(code(people::list_tokens(database, owner, TokenOwner::Service(foreign)).await), "not_found");
        let narrowed = MemberChange::narrowed(vec![ProjectRole { project_id: world.project, role: None }]);
        assert_eq!(code(people::change_member(database, &world.stranger, world.stranger.user_id, &narrowed).await), "out_of_range");
        let mine = people::create_service_account(database, &world.stranger, "ci", Role::Viewer).await.unwrap();
        assert_eq!(code(people::change_member(database, &world.stranger, mine.user_id, &narrowed).await), "not_found");
        let listed = people::list_members(database, owner).await.unwrap();
        assert!(listed.iter().all(|member| member.user_id != foreign));
    }

    async fn a_change_of_several_things_happens_as_a_whole_or_not_at_all(world) {
        let api = world.client().await;
        let editor = member(world, Role::Editor, "several@acme.example").await;
        let here = format!("/members/{}", editor.user_id);
        let before = world.rows().await;
        let foreign = json!([{ "project_id": ProjectId::generate(), "role": "viewer" }]);
        api.patch(&here, json!({ "role": "viewer", "is_deactivated": true, "project_roles": foreign })).await.problem(404, "not_found");
        assert_eq!(world.rows().await, before);
        let twice = json!([{ "project_id": world.project, "role": null }, { "project_id": world.project, "role": "viewer" }]);
        api.patch(&here, json!({ "role": "viewer", "project_roles": twice })).await.expect(200);
        assert_eq!(world.texts("SELECT role FROM project_roles").await, ["viewer"]);
        // An owner enters every project, whatever was said before.
        api.patch(&here, json!({ "role": "owner" })).await.expect(200);
        let owner = world.client_limited_to(&editor, Scopes::ALL, None).await;
        owner.patch(&format!("/projects/{}", world.project), json!({ "description": "mine, too" })).await.expect(200);
    }

    // An owner of one organization must not become a member of another by setting a password.
    async fn who_is_in_two_organizations_cannot_be_taken_over_by_one(world) {
        let actor = member(world, Role::Editor, "shared@acme.example").await;
        let new = NewMember { organization: "Other", email: "shared@acme.example", role: Role::Owner, password: None };
        people::create_user(&world.services, new).await.unwrap();
        assert_eq!(code(people::reset_link_for(world.database(), &world.owner, actor.user_id).await.map(|_| ())), "shared_person");
    }
}
