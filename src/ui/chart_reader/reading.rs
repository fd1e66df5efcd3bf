//! A chart while it is read: the cursor, what is marked, and what the read-out says.

use super::curves::{Curves, RIGHT, WIDTH};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, PointerEvent};

/// The drawing with its slider and its read-out.
pub const PLOT: &str = ".plot";
/// What has the focus when a chart is read by keys.
pub const SLIDER: &str = ".plot > input";

/// A chart, and where in it somebody reads.
pub struct Reading {
    /// Whether a pointer marks a part.
    pub is_dragged: bool,
    plot: Element,
    drawing: Element,
    slider: HtmlInputElement,
    readout: Element,
    curves: Curves,
    /// The unit of the horizontal axis.
    unit: String,
    /// Where the plot begins on the left.
    left: f64,
    index: usize,
    /// The other end of the marked part.
    mark: Option<usize>,
}

impl Reading {
    /// Begins to read; none if there is nothing to read.
    pub fn of(plot: Element) -> Option<Self> {
        let find = |selector: &str| plot.query_selector(selector).ok()?;
        let (drawing, readout) = (find("svg")?, find(".readout")?);
        let slider: HtmlInputElement = find("input")?.dyn_into().ok()?;
        let left = f64::from(drawing.get_attribute("data-left")?.parse::<u16>().ok()?);
        let unit = plot.get_attribute("data-unit")?;
        let lines = elements(&readout, "li").into_iter().map(|line| {
            let name = line.query_selector("bdi").ok().flatten().and_then(|name| name.text_content());
            (name.unwrap_or_default(), line.get_attribute("data-points").unwrap_or_default())
        });
        let curves = Curves::of(lines)?;
        let index = curves.last();
        Some(Self { is_dragged: false, plot, drawing, slider, readout, curves, unit, left, index, mark: None })
    }

    pub fn is_of(&self, plot: &Element) -> bool {
        self.plot == *plot
    }

    pub fn has_focus(&self) -> bool {
        document().active_element().as_ref() == Some(self.slider.as_ref())
    }

    pub fn blur(&self) {
        // It fails only for what cannot have the focus.
        let _ = self.slider.blur();
    }

    /// The pointer belongs to the chart until it is released, wherever it goes.
    pub fn capture(&self, event: &PointerEvent) {
        // It fails only for a pointer that is gone already.
        let _ = self.drawing.set_pointer_capture(event.pointer_id());
    }

    /// The point that is nearest to the pointer.
    pub fn index_under(&self, event: &PointerEvent) -> usize {
        let bounds = self.drawing.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0) * WIDTH;
        self.curves.nearest((x - self.left) / (RIGHT - self.left))
    }

    pub fn index_of_slider(&self) -> usize {
        self.slider.value().parse().unwrap_or(self.index)
    }

    /// Where a key leads to; none for other keys.
    pub fn index_after(&self, key: &str) -> Option<usize> {
        let last = self.curves.last();
        let many = last / 10 + 1;
        Some(match key {
            "ArrowLeft" | "ArrowDown" => self.index.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => last.min(self.index + 1),
            "PageDown" => self.index.saturating_sub(many),
            "PageUp" => last.min(self.index + many),
            "Home" => 0,
            "End" => last,
            _ => return None,
        })
    }

    pub fn go_to(&mut self, index: usize) {
        self.index = index.min(self.curves.last());
        self.show();
    }

    pub fn has_mark(&self) -> bool {
        self.mark.is_some()
    }

    /// Marks from here on, unless something is marked already.
    pub fn begin_mark(&mut self) {
        self.mark.get_or_insert(self.index);
    }

    pub fn end_mark(&mut self) {
        self.mark = None;
        self.show();
    }

    /// Opens this page with only the marked steps, if more than one is marked.
    pub fn zoom(&self) {
        let steps = self.mark.and_then(|mark| self.curves.steps(mark, self.index));
        if let Some((from, to)) = steps.filter(|(from, to)| from < to) {
            // A browser refuses only addresses that it cannot read.
            let _ = self.open_steps(from, to);
        }
    }

    fn open_steps(&self, from: i64, to: i64) -> Result<(), wasm_bindgen::JsValue> {
        let address = web_sys::Url::new(&window().location().href()?)?;
        address.search_params().set("from", &from.to_string());
        address.search_params().set("to", &to.to_string());
        if let Some(figure) = self.plot.parent_element() {
            address.set_hash(&figure.id());
        }
        window().location().assign(&address.href())
    }

    fn x(&self, index: usize) -> f64 {
        self.left + self.curves.share(index) * (RIGHT - self.left)
    }

    fn show(&self) {
        let x = self.x(self.index);
        let other = self.mark.map_or(x, |mark| self.x(mark));
        for cursor in elements(&self.drawing, ".cursor") {
            set(&cursor, "x1", &tenths(x));
            set(&cursor, "x2", &tenths(x));
            set(&cursor, "visibility", "visible");
        }
        for marked in elements(&self.drawing, ".marked") {
            set(&marked, "x", &tenths(x.min(other)));
            set(&marked, "width", &tenths((x - other).abs()));
            set(&marked, "visibility", "visible");
        }
        let values = self.curves.values(self.index);
        for (line, value) in elements(&self.readout, ".value").iter().zip(values) {
            line.set_text_content(Some(&value));
        }
        for place in elements(&self.readout, "strong") {
            place.set_text_content(Some(&self.curves.place(self.index, &self.unit)));
        }
        set(&self.readout, "data-side", if x > WIDTH / 2.0 { "left" } else { "right" });
        // It fails only for what is not an element.
        let _ = self.readout.remove_attribute("hidden");
        self.slider.set_value(&self.index.to_string());
        set(&self.slider, "aria-valuetext", &self.curves.sentence(self.index, &self.unit));
    }

    pub fn hide(&self) {
        set(&self.readout, "hidden", "");
        for part in elements(&self.drawing, ".cursor, .marked") {
            set(&part, "visibility", "hidden");
        }
    }
}

fn elements(within: &Element, selector: &str) -> Vec<Element> {
    let Ok(list) = within.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}

fn set(element: &Element, name: &str, value: &str) {
    // It fails only for names that are none.
    let _ = element.set_attribute(name, value);
}

/// A coordinate with one decimal, without the code that writes decimals in general.
fn tenths(coordinate: f64) -> String {
    let tenths = (coordinate * 10.0) as u32;
    format!("{}.{}", tenths / 10, tenths % 10)
}
