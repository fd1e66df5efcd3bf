//! A page that follows what happens on the server while it is open.

use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, EventSource, HtmlInputElement};

/// How long a lost connection may take to come back before the page says so.
const PATIENCE: Duration = Duration::from_secs(3);
/// The page is drawn and read first.
const BEGIN_AFTER: Duration = Duration::from_secs(1);
/// What can hold the focus.
const FOCUSABLE: &str = "a[href], button, input, select, summary, [tabindex]";

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Still,
    Live,
    Lost,
}

/// Listens at `events`, and after every change fetches this page again and takes over the parts that are marked `data-live`, each under a
/// name of its own and without islands in it. It says truthfully whether it listens, and offers to reload when it cannot take over what changed.
#[island]
pub fn LiveMark(
    /// The address of the events, with the revision that the page shows.
    events: String,
) -> impl IntoView {
    let state = RwSignal::new(State::Still);
    let is_stale = RwSignal::new(false);
    Effect::new(move |_| {
        let events = events.clone();
        set_timeout(move || follow(events, state, is_stale), BEGIN_AFTER);
    });
    let words = move || match state.get() {
        State::Still => "Not live: reload for news",
        State::Live => "Live",
        State::Lost => "Reconnecting…",
    };
    let name = move || match state.get() {
        State::Still => "still",
        State::Live => "live",
        State::Lost => "lost",
    };
    let reload = move || {
        is_stale.get().then(|| view! { <a class="live-reload" href="">"Something new is not shown yet: reload"</a> })
    };
    view! {
        <p class="live" data-state=name><span role="status">{words}</span>" "{reload}</p>
    }
}

/// Listens while the page can be seen: a browser opens only six connections to one server, and its tabs share them.
fn follow(events: String, state: RwSignal<State>, is_stale: RwSignal<bool>) {
    let source = StoredValue::new_local(listen(&events, state, is_stale));
    window_event_listener_untyped("visibilitychange", move |_| {
        if let Some(open) = source.try_update_value(Option::take).flatten() {
            open.close();
            state.set(State::Still);
        }
        if !document().hidden() {
            source.set_value(listen(&events, state, is_stale));
        }
    });
}

fn listen(events: &str, state: RwSignal<State>, is_stale: RwSignal<bool>) -> Option<EventSource> {
    let source = EventSource::new(events).ok()?;
    on(&source, "open", move || state.set(State::Live));
    on(&source, "change", move || {
        leptos::task::spawn_local(async move {
            match refresh().await {
                Ok(is_whole) => is_stale.set(!is_whole),
                Err(error) => leptos::logging::error!("not refreshed: {error:?}"),
            }
        })
    });
    let lost = source.clone();
    on(&source, "error", move || {
        let lost = lost.clone();
        set_timeout(
            move || {
                if lost.ready_state() == EventSource::CONNECTING {
                    state.set(State::Lost);
                } else if lost.ready_state() == EventSource::CLOSED {
                    state.set(State::Still);
                }
            },
            PATIENCE,
        );
    });
    Some(source)
}

/// Listens for as long as the page lives.
fn on(source: &EventSource, event: &str, act: impl FnMut() + 'static) {
    let act = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(act);
    if source.add_event_listener_with_callback(event, act.as_ref().unchecked_ref()).is_ok() {
        act.forget();
    }
}

/// Takes over what changed; says whether the server gave it.
async fn refresh() -> Result<bool, JsValue> {
    let address = window().location().href()?;
    let response = wasm_bindgen_futures::JsFuture::from(window().fetch_with_str(&address)).await?;
    let response: web_sys::Response = response.dyn_into()?;
    if !response.ok() {
        return Ok(false);
    }
    let text = wasm_bindgen_futures::JsFuture::from(response.text()?).await?;
    let parser = web_sys::DomParser::new()?;
    let fresh = parser.parse_from_string(&text.as_string().unwrap_or_default(), web_sys::SupportedType::TextHtml)?;
    for part in parts(&document())? {
        let name = part.get_attribute("data-live").unwrap_or_default();
        let same = |other: &Element| other.get_attribute("data-live").is_some_and(|other| other == name);
        let Some(new) = parts(&fresh)?.into_iter().find(same) else { continue };
        if part.inner_html() != new.inner_html() {
            take_over(&part, &new)?;
        }
    }
    Ok(true)
}

fn parts(document: &web_sys::Document) -> Result<Vec<Element>, JsValue> {
    elements(&document.query_selector_all("[data-live]")?)
}

fn elements(list: &web_sys::NodeList) -> Result<Vec<Element>, JsValue> {
    (0..list.length()).filter_map(|index| list.item(index)).map(|node| node.dyn_into().map_err(JsValue::from)).collect()
}

fn inputs(part: &Element) -> Result<Vec<HtmlInputElement>, JsValue> {
    let inputs = elements(&part.query_selector_all("input")?)?;
    inputs.into_iter().map(|input| input.dyn_into().map_err(JsValue::from)).collect()
}

/// Puts the new content in place; focus, opened details and what somebody has entered stay as they are.
fn take_over(part: &Element, new: &Element) -> Result<(), JsValue> {
    let focused = document().active_element();
    let place =
        elements(&part.query_selector_all(FOCUSABLE)?)?.iter().position(|element| Some(element) == focused.as_ref());
    let open: Vec<bool> =
        elements(&part.query_selector_all("details")?)?.iter().map(|details| details.has_attribute("open")).collect();
    let entered: Vec<Option<String>> =
        inputs(part)?.iter().map(|input| Some(input.value()).filter(|value| *value != input.default_value())).collect();
    part.set_inner_html(&new.inner_html());
    for (input, value) in inputs(part)?.iter().zip(entered) {
        if let Some(value) = value {
            input.set_value(&value);
        }
    }
    for (details, _) in elements(&part.query_selector_all("details")?)?.iter().zip(open).filter(|(_, is_open)| *is_open)
    {
        details.set_attribute("open", "")?;
    }
    if let Some(element) =
        place.and_then(|place| elements(&part.query_selector_all(FOCUSABLE).ok()?).ok()?.into_iter().nth(place))
    {
        element.dyn_into::<web_sys::HtmlElement>()?.focus()?;
    }
    Ok(())
}
