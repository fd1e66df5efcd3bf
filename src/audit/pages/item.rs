//! One entry on the page.

use super::{
    difference::Difference,
    words::{Sentence, sentence},
};
use crate::{
    audit::TrailEntry,
    ui::{parts::When, sections::Fact},
};
use leptos::prelude::*;

/// An entry as a sentence, with who, when and from where, and what was there before and after.
#[component]
pub fn Item(
    /// The entry.
    entry: TrailEntry,
) -> impl IntoView {
    let Sentence { lead, name, href, tail } = sentence(&entry.entry);
    let name = name.map(|name| match href {
        Some(href) => view! { " "<a href=href><bdi>{name}</bdi></a> }.into_any(),
        None => view! { " "<strong><bdi>{name}</bdi></strong> }.into_any(),
    });
    let token = entry.token_id.map(|id| match &entry.token_name {
        Some(name) => view! { " with the token "<bdi>{name.clone()}</bdi> }.into_any(),
        None => view! { " with the token "<code>{id.to_string()}</code> }.into_any(),
    });
    let from = entry.address.clone().unwrap_or_else(|| "no network address".to_owned());
    let place = match entry.seq {
        Some(seq) => format!("entry {seq}"),
        None => "from before the chain".to_owned(),
    };
    let by = entry.entry.by.clone();
    let (id, at) = (format!("entry-{}", entry.entry.id), entry.entry.at);
    view! {
        <li id=id>
            <p class="trail-what" dir="auto">{lead}{name}{tail}</p>
            <ul class="meta">
                <Fact icon="person"><bdi>{by}</bdi>{token}</Fact>
                <Fact icon="calendar"><When at />", "{at.for_people()}</Fact>
                <li>{from}</li>
                <li>{place}</li>
            </ul>
            <Difference entry=entry.entry />
        </li>
    }
}
