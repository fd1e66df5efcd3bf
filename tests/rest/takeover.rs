//! Ways by which one person could become another, or come back after leaving (reliability A4, A5, A8, A15, Z11).

use super::{
    builders::*,
    client::{Answer, Client},
    people::{member, open, secret, send_form, session_in},
};
use crate::on_every_database;
use heirloom::{
    auth::{
        MemberChange, NewInvitation,
        operations::{self as people, Visitor},
        provider::{Identity, ProviderSettings},
        secret::Secret,
    },
    vocabulary::{Actor, Role, Scopes},
};

const NEW_PASSWORD: &str = "three wombats bake bread";

fn visitor(last: u8) -> Visitor {
    Visitor { address: Some([192, 0, 2, last].into()), ..Visitor::default() }
}

fn provider(world: &World) -> ProviderSettings {
    ProviderSettings {
        name: "Acme".to_owned(),
        issuer: "https://id.example".to_owned(),
        client_id: "heirloom".to_owned(),
        client_secret: Secret::default(),
        groups_claim: "groups".to_owned(),
        roles: vec![("leads".to_owned(), Role::Owner)],
        default_role: None,
        organization: Some(world.owner.organization_name.clone()),
    }
}

async fn invited_by(world: &World, actor: &Actor, email: &str) -> Secret {
    let new = NewInvitation { email: email.to_owned(), role: Role::Owner, hours: Some(168) };
    people::invite(world.database(), actor, &new).await.unwrap().1
}

async fn sign_in(client: &Client, cookie: &str, email: &str, password: &str) -> Answer {
    send_form(client, cookie, "/sign-in", &[("email", email), ("password", password)]).await
}

on_every_database! {
    // Nobody has verified the address of an account with a password: the provider's person must not share it with whoever made it.
    async fn the_first_sign_in_through_the_provider_shuts_out_who_made_the_account(world) {
        let squatter = member(world, Role::Viewer, "boss@acme.example").await;
        let token = world.client_limited_to(&squatter, Scopes::ALL, None).await;
        let cookie = world.cookie_of("boss@acme.example").await;
        let link = people::reset_link_for(world.database(), &world.owner, squatter.user_id).await.unwrap();
        let identity = Identity {
            issuer: "https://id.example".to_owned(),
            subject: "1".to_owned(),
            email: Some("Boss@acme.example".to_owned()),
            is_email_verified: true,
            name: "Boss".to_owned(),
            groups: vec!["leads".to_owned()],
        };
        let settings = provider(world);
        let boss = people::sign_in_with_identity(&world.services, &settings, &visitor(1), &identity).await.unwrap();
        assert_eq!((boss.actor.user_id, boss.actor.role), (squatter.user_id, Role::Owner));
        open(&world.nobody(), &cookie, "/").await.expect(303);
        token.get("/me").await.problem(401, "invalid_token");
        sign_in(&world.nobody(), "", "boss@acme.example", "correct horse").await.expect(401);
        assert_eq!(code(people::reset_password(&world.services, &visitor(2), &link, secret(NEW_PASSWORD)).await), "dead_link");
        // The second time nothing is taken away.
        let cookie = format!("sid={}", boss.secret.expose());
        people::sign_in_with_identity(&world.services, &settings, &visitor(1), &identity).await.unwrap();
        open(&world.nobody(), &cookie, "/").await.expect(200);
        let unverified = Identity { subject: "2".to_owned(), is_email_verified: false, ..identity };
        assert_eq!(code(people::sign_in_with_identity(&world.services, &settings, &visitor(1), &unverified).await.map(drop)), "unverified_email");
    }

    async fn what_a_former_owner_has_handed_out_is_worthless(world) {
        let victim = member(world, Role::Editor, "victim@acme.example").await;
        for (index, way) in ["removed", "demoted", "deactivated"].into_iter().enumerate() {
            let owner = member(world, Role::Owner, &format!("{way}@acme.example")).await;
            let invitation = invited_by(world, &owner, &format!("friend{index}@elsewhere.example")).await;
            let reset = people::reset_link_for(world.database(), &owner, victim.user_id).await.unwrap();
            people::find_invitation(&world.services, &visitor(1), &invitation).await.unwrap();
            people::find_reset(&world.services, &visitor(1), &reset).await.unwrap();
            match way {
                "removed" => people::remove(world.database(), &world.owner, owner.user_id).await.unwrap(),
                "demoted" => drop(people::change_member(world.database(), &world.owner, owner.user_id, &MemberChange::role(Role::Editor)).await.unwrap()),
                _ => drop(people::change_member(world.database(), &world.owner, owner.user_id, &MemberChange::deactivated(true)).await.unwrap()),
            }
            assert_eq!(code(people::find_invitation(&world.services, &visitor(2), &invitation).await.map(drop)), "dead_link", "{way}");
            assert_eq!(code(people::find_reset(&world.services, &visitor(2), &reset).await), "dead_link", "{way}");
        }
        let kept = invited_by(world, &world.owner, "kept@elsewhere.example").await;
        people::find_invitation(&world.services, &visitor(3), &kept).await.unwrap();
    }

    async fn links_for_a_password_end_with_a_new_password_and_with_a_second_organization(world) {
        let email = "moving@acme.example";
        let actor = member(world, Role::Editor, email).await;
        let link = async || people::reset_link_for(world.database(), &world.owner, actor.user_id).await.unwrap();
        let first = link().await;
        people::change_password(&world.services, &actor, &visitor(1), password(), secret(NEW_PASSWORD)).await.unwrap();
        assert_eq!(code(people::find_reset(&world.services, &visitor(1), &first).await), "dead_link");
        let second = link().await;
        let invitation = invited_by(world, &world.stranger, email).await;
        people::accept(world.database(), &actor, &invitation).await.unwrap();
        assert_eq!(code(people::find_reset(&world.services, &visitor(1), &second).await), "dead_link");
    }

    // A4, A5: one browser, one session; a new password ends the others.
    async fn signing_in_again_ends_the_session_before(world) {
        let nobody = world.nobody();
        let email = "again@acme.example";
        member(world, Role::Editor, email).await;
        let first = session_in(&sign_in(&nobody, "", email, "correct horse").await.expect(303));
        let second = session_in(&sign_in(&nobody, &first, email, "correct horse").await.expect(303));
        open(&nobody, &first, "/").await.expect(303);
        open(&nobody, &second, "/").await.expect(200);
        let elsewhere = session_in(&sign_in(&nobody, "", email, "correct horse").await.expect(303));
        let fields = [("current_password", "correct horse"), ("password", NEW_PASSWORD)];
        let changed = session_in(&send_form(&nobody, &second, "/settings/password", &fields).await.expect(303));
        for ended in [second, elsewhere] {
            open(&nobody, &ended, "/").await.expect(303);
        }
        open(&nobody, &changed, "/").await.expect(200);
    }

    // A8, ASVS 6.3.1: one password tried on many people is many attempts of one network.
    async fn one_network_cannot_try_every_account(world) {
        let nobody = world.nobody();
        let mut statuses = Vec::new();
        for number in 0..20 {
            statuses.push(sign_in(&nobody, "", &format!("person{number}@acme.example"), "wrong horse").await.status);
        }
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 15, "{statuses:?}");
        assert!(statuses[15..].iter().all(|status| *status == 429), "{statuses:?}");
    }

    // A2, A9: who has no link learns nothing and makes nobody hash.
    async fn without_the_link_of_the_set_up_nothing_is_looked_at(world) {
        for attempt in 0..20 {
            let done = people::set_up(&world.services, &visitor(9), &secret("guessed"), "", "no address", "", secret("1")).await;
            let expected = if attempt < 15 { "dead_link" } else { "too_many_attempts" };
            assert_eq!(code(done.map(drop)), expected, "{attempt}");
        }
    }
}
