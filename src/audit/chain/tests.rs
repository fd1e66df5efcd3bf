//! The rules of the chain, without a database.

use super::*;
use proptest::prelude::*;

const ORGANIZATION: &str = "0190b3a0-0000-7000-8000-000000000001";

fn link(seq: i64, details: &str) -> Link {
    Link {
        organization_id: ORGANIZATION.to_owned(),
        seq,
        id: format!("entry {seq}"),
        at: 1_800_000_000_000_000 + seq,
        user_id: "user".to_owned(),
        user_email: "owner@acme.example".to_owned(),
        token_id: None,
        address: Some("192.0.2.1".to_owned()),
        action: "change".to_owned(),
        object_kind: "model".to_owned(),
        object_id: "model".to_owned(),
        details: details.to_owned(),
    }
}

/// A chain of `length` good entries, and its head.
fn chain(length: i64) -> (Vec<StoredLink>, Head) {
    let mut previous = genesis(ORGANIZATION, 3);
    let links = (1..=length).map(|seq| {
        let link = link(seq, &format!("{{\"n\":{seq}}}"));
        let hash = link.hash_after(previous);
        let stored = StoredLink { link, previous_hash: previous.to_string(), hash: hash.to_string() };
        previous = hash;
        stored
    });
    let links: Vec<StoredLink> = links.collect();
    let hash = links.last().map(|last| last.hash.clone()).unwrap_or_default();
    (links, Head { organization_id: ORGANIZATION.to_owned(), seq: length, hash, unchained: 3 })
}

fn walk(links: &[StoredLink], head: &Head) -> Result<(), (i64, Tampering)> {
    let mut walk = Walk::new(head);
    let outcome = links.iter().try_for_each(|link| walk.follow(link)).and_then(|()| walk.end());
    outcome.map_err(|broken| (broken.seq, broken.what))
}

/// Gives an entry the hash that fits what it says now.
fn rehashed(mut stored: StoredLink) -> StoredLink {
    stored.hash = stored.link.hash_after(stored.previous_hash.parse().unwrap()).to_string();
    stored
}

#[test]
fn the_format_is_the_one_that_is_documented() {
    let expected = "16:heirloom-audit-1,36:0190b3a0-0000-7000-8000-000000000001,1:7,7:entry 7,16:1800000000000007,4:user,18:owner@acme.example,\
                    -9:192.0.2.1,6:change,5:model,5:model,6:{\"é\"},";
    assert_eq!(String::from_utf8(link(7, "{\"é\"}").canonical()).unwrap(), expected);
    // Computed by another program from the description of the format.
    let hash = link(7, "{}").hash_after(genesis(ORGANIZATION, 0));
    assert_eq!(hash.to_string(), "cba2f93096f789719e29d43b61b4ad4cd378c32bcf0c1abaca1565afdfe0550c");
}

#[test]
fn a_chain_that_nobody_touched_is_whole() {
    for length in [0, 1, 2, 50] {
        let (links, head) = chain(length);
        assert_eq!(walk(&links, &head), Ok(()));
    }
}

#[test]
fn what_was_done_is_named_with_its_place() {
    let (links, head) = chain(9);
    let tampered = |change: &dyn Fn(&mut Vec<StoredLink>, &mut Head)| {
        let (mut links, mut head) = (links.clone(), head.clone());
        change(&mut links, &mut head);
        walk(&links, &head).unwrap_err()
    };
    use Tampering::*;
    assert_eq!(tampered(&|links, _| links[4].link.details = "{}".to_owned()), (5, Altered));
    assert_eq!(tampered(&|links, _| links[4].hash = links[3].hash.clone()), (5, Altered));
    assert_eq!(tampered(&|links, _| links[4].previous_hash = String::new()), (5, Altered));
    assert_eq!(tampered(&|links, _| drop(links.remove(4))), (5, Missing));
    assert_eq!(tampered(&|links, _| drop(links.remove(0))), (1, Missing));
    assert_eq!(tampered(&|links, _| drop(links.pop())), (9, CutOff));
    assert_eq!(tampered(&|links, _| links.clear()), (1, CutOff));
    let swapped = |links: &mut Vec<StoredLink>, _: &mut Head| {
        (links[2].link.seq, links[6].link.seq) = (7, 3);
        links.swap(2, 6);
    };
    assert_eq!(tampered(&swapped), (3, Altered));
    // Whoever knows the format can make one entry fit, but then the next one does not.
    let forged = |links: &mut Vec<StoredLink>, _: &mut Head| {
        links[4].link.user_email = "somebody@else.example".to_owned();
        links[4] = rehashed(links[4].clone());
    };
    assert_eq!(tampered(&forged), (6, Replaced));
    let appended = |links: &mut Vec<StoredLink>, _: &mut Head| {
        let previous_hash = links[8].hash.clone();
        links.push(rehashed(StoredLink { link: link(10, "{}"), previous_hash, hash: String::new() }));
    };
    assert_eq!(tampered(&appended), (10, Added));
    assert_eq!(
        tampered(&|links, _| links.insert(0, StoredLink { link: link(0, "{}"), ..links[0].clone() })),
        (0, Added)
    );
    assert_eq!(tampered(&|_, head| head.hash = genesis("x", 0).to_string()), (9, HeadAltered));
    assert_eq!(tampered(&|_, head| head.unchained = 2), (1, UnchainedCount));
}

fn any_link() -> impl Strategy<Value = Link> {
    // Short texts of the characters that the format itself uses, so that boundaries can be mistaken.
    let text = || "[0-3:,\\-ab]{0,4}";
    let number = || prop_oneof![0..3_i64, any::<i64>()];
    let missing = || proptest::option::of(text());
    ((text(), number(), text(), number(), text(), text()), (missing(), missing(), text(), text(), text(), text()))
        .prop_map(|((organization_id, seq, id, at, user_id, user_email), rest)| {
            let (token_id, address, action, object_kind, object_id, details) = rest;
            Link {
                organization_id,
                seq,
                id,
                at,
                user_id,
                user_email,
                token_id,
                address,
                action,
                object_kind,
                object_id,
                details,
            }
        })
}

/// Reads the canonical bytes back, which is possible only if no two entries share them.
fn read(mut text: &str) -> Vec<Option<String>> {
    let mut fields = Vec::new();
    while !text.is_empty() {
        if let Some(rest) = text.strip_prefix('-') {
            fields.push(None);
            text = rest;
            continue;
        }
        let (length, rest) = text.split_once(':').unwrap();
        let (field, rest) = rest.split_at(length.parse().unwrap());
        fields.push(Some(field.to_owned()));
        text = rest.strip_prefix(',').unwrap();
    }
    fields
}

proptest! {
    #[test]
    fn no_two_entries_have_the_same_bytes(one in any_link(), other in any_link()) {
        prop_assert_eq!(one == other, one.canonical() == other.canonical());
    }

    #[test]
    fn every_field_can_be_read_back(link in any_link()) {
        let Link { organization_id, seq, id, at, user_id, user_email, token_id, address, action, object_kind, object_id, details } = link.clone();
        let expected = vec![
            Some(VERSION.to_owned()), Some(organization_id), Some(seq.to_string()), Some(id), Some(at.to_string()), Some(user_id), Some(user_email),
            token_id, address, Some(action), Some(object_kind), Some(object_id), Some(details),
        ];
        prop_assert_eq!(read(std::str::from_utf8(&link.canonical()).unwrap()), expected);
    }

    #[test]
    fn a_change_of_one_entry_is_found_at_the_entry(length in 1..20_i64, place in any::<prop::sample::Index>(), text in "[a-z]{1,8}") {
        let (mut links, head) = chain(length);
        let place = place.index(links.len());
        links[place].link.details = text;
        prop_assert_eq!(walk(&links, &head), Err((place as i64 + 1, Tampering::Altered)));
    }
}
