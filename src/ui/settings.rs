//! The tabs of the settings: what is one's own, and what owners look after.

use super::sections::{Tab, Tabs};
use leptos::prelude::*;

/// Every part, its address, and whether only owners see it.
const PARTS: [(&str, &str, bool); 4] = [
    ("Account", "/settings", false),
    ("API tokens", "/settings/tokens", false),
    ("People", "/settings/people", true),
    ("Audit trail", "/settings/audit", true),
];

/// The tabs, with the part at `open` marked.
#[component]
pub fn SettingsTabs(
    /// Whether the reader owns the organization.
    is_owner: bool,
    /// The address of the part that is open.
    open: &'static str,
) -> impl IntoView {
    let parts = PARTS.into_iter().filter(|(.., is_for_owners)| is_owner || !is_for_owners);
    let tabs = parts.map(|(label, href, _)| Tab { label, href: href.to_owned(), count: None, is_open: href == open });
    let tabs: Vec<Tab> = tabs.collect();
    view! { <Tabs label="Settings" tabs /> }
}
