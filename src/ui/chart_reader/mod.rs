//! Reading the charts of a page: by pointing at them, by keys, and by marking a part to zoom to; and saving them as pictures.
//!
//! The charts are plain SVG. Listeners on the window find them, so they may be exchanged while the page is open.

mod curves;
mod png;
mod reading;

#[cfg(feature = "ssr")]
pub use curves::{RIGHT, WIDTH, encoded};

use leptos::{ev, prelude::*};
use reading::Reading;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

type Current = StoredValue<Option<Reading>, LocalStorage>;

/// Listens. It shows nothing of its own; a page with charts has it once, outside of what is exchanged while it is open.
#[island]
pub fn ChartReader() -> impl IntoView {
    Effect::new(|_| {
        let current: Current = StoredValue::new_local(None);
        window_event_listener(ev::pointermove, move |event| change(current, |reading| point(reading, &event)));
        window_event_listener(ev::pointerdown, move |event| change(current, |reading| begin_to_mark(reading, &event)));
        window_event_listener(ev::pointerup, move |event| change(current, |reading| end_mark(reading, &event)));
        window_event_listener(ev::pointercancel, move |_| change(current, leave));
        window_event_listener(ev::click, |event| {
            if let Some(link) = closest(&event, png::LINK) {
                event.prevent_default();
                png::save(link);
            }
        });
        window_event_listener(ev::keydown, move |event| change(current, |reading| press(reading, &event)));
        window_event_listener(ev::focusin, move |event| change(current, |reading| slide(reading, &event)));
        // A screen reader may move the slider by itself.
        window_event_listener(ev::input, move |event| change(current, |reading| slide(reading, &event)));
        window_event_listener(ev::focusout, move |event| {
            if closest(&event, reading::SLIDER).is_some() {
                change(current, leave);
            }
        });
    });
}

/// The reading is taken out meanwhile: acting may cause further events, such as the loss of the focus.
fn change(current: Current, act: impl FnOnce(&mut Option<Reading>)) {
    let mut reading = current.try_update_value(Option::take).flatten();
    act(&mut reading);
    current.set_value(reading);
}

fn closest(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// The chart that is read from now on: the one that was, or another one.
fn open(current: &mut Option<Reading>, plot: Element) -> Option<&mut Reading> {
    if current.as_ref().is_none_or(|reading| !reading.is_of(&plot)) {
        leave(current);
        *current = Reading::of(plot);
    }
    current.as_mut()
}

fn leave(current: &mut Option<Reading>) {
    if let Some(reading) = current.take() {
        reading.hide();
    }
}

fn point(current: &mut Option<Reading>, event: &PointerEvent) {
    if let Some(reading) = current.as_mut().filter(|reading| reading.is_dragged) {
        reading.go_to(reading.index_under(event));
        return;
    }
    match closest(event, reading::PLOT) {
        Some(plot) => {
            if let Some(reading) = open(current, plot) {
                reading.go_to(reading.index_under(event));
            }
        }
        None if current.as_ref().is_some_and(Reading::has_focus) => {}
        None => leave(current),
    }
}

/// A finger reads; only a mouse or a pen marks, so that a page can still be scrolled.
fn begin_to_mark(current: &mut Option<Reading>, event: &PointerEvent) {
    point(current, event);
    if event.button() != 0 || event.pointer_type() == "touch" || closest(event, reading::PLOT).is_none() {
        return;
    }
    if let Some(reading) = current {
        reading.begin_mark();
        reading.is_dragged = true;
        reading.capture(event);
    }
}

fn end_mark(current: &mut Option<Reading>, event: &PointerEvent) {
    let Some(reading) = current.as_mut().filter(|reading| reading.is_dragged) else { return };
    reading.is_dragged = false;
    reading.go_to(reading.index_under(event));
    reading.zoom();
    reading.end_mark();
}

fn slide(current: &mut Option<Reading>, event: &Event) {
    let plot = closest(event, reading::SLIDER).and_then(|slider| slider.parent_element());
    if let Some(reading) = plot.and_then(|plot| open(current, plot)) {
        reading.go_to(reading.index_of_slider());
    }
}

fn press(current: &mut Option<Reading>, event: &ev::KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || closest(event, reading::SLIDER).is_none() {
        return;
    }
    let Some(reading) = current else { return };
    match event.key().as_str() {
        "Enter" => reading.zoom(),
        "Escape" if reading.has_mark() => reading.end_mark(),
        "Escape" => {
            reading.blur();
            leave(current);
        }
        key => {
            let Some(index) = reading.index_after(key) else { return };
            if event.shift_key() {
                reading.begin_mark();
            } else {
                reading.end_mark();
            }
            reading.go_to(index);
        }
    }
    event.prevent_default();
}
