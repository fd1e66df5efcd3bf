//! Light, dark, or what the system says.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Which colours somebody wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

impl Theme {
    /// The cookie that remembers the choice. It holds nothing secret, so scripts may write it.
    pub const COOKIE: &str = "theme";

    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The attribute `data-theme` of the document; none for the system's choice.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// The theme that the cookie remembers.
    pub fn from_cookie(value: Option<&str>) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.attribute().is_some() && theme.attribute() == value)
            .unwrap_or_default()
    }

    fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// Three buttons; the choice holds at once and is remembered for a year.
#[island]
pub fn ThemeSwitch(
    /// The choice so far.
    theme: Theme,
) -> impl IntoView {
    let chosen = RwSignal::new(theme);
    let choose = move |theme: Theme| {
        chosen.set(theme);
        let value = theme.attribute().unwrap_or_default();
        if let Some(root) = document().document_element() {
            let written = match theme.attribute() {
                Some(value) => root.set_attribute("data-theme", value),
                None => root.remove_attribute("data-theme"),
            };
            if let Err(error) = written {
                leptos::logging::error!("theme: {error:?}");
            }
        }
        remember(Theme::COOKIE, value);
    };
    let buttons = Theme::ALL.map(|theme| {
        view! {
            <button type="button" aria-pressed=move || (chosen.get() == theme).to_string() on:click=move |_| choose(theme)>
                {theme.label()}
            </button>
        }
    });
    view! {
        <div class="segmented" role="group" aria-label="Theme">
            {buttons}
        </div>
    }
}

fn remember(cookie: &str, value: &str) {
    use leptos::wasm_bindgen::JsCast;
    if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
        let age = if value.is_empty() { 0 } else { 365 * 86_400 };
        let is_https = window().location().protocol().is_ok_and(|protocol| protocol == "https:");
        let secure = if is_https { "; Secure" } else { "" };
        if let Err(error) =
            document.set_cookie(&format!("{cookie}={value}; Path=/; Max-Age={age}; SameSite=Lax{secure}"))
        {
            leptos::logging::error!("cookie: {error:?}");
        }
    }
}
