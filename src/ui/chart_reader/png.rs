//! PNG out of SVG: the browser draws it.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, Element, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement};

/// A link to an SVG that is saved as a PNG under the name in its attribute.
pub const LINK: &str = "a[data-png]";
/// Pixels for each unit of the drawing: enough for print.
const SCALE: u32 = 3;

/// Saves what the link leads to.
pub fn save(link: Element) {
    leptos::task::spawn_local(async move {
        if let Err(error) = draw(&link).await {
            leptos::logging::error!("not saved as PNG: {error:?}");
        }
    });
}

async fn draw(link: &Element) -> Result<(), JsValue> {
    let image = HtmlImageElement::new()?;
    image.set_src(&link.get_attribute("href").unwrap_or_default());
    JsFuture::from(image.decode()).await?;
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(image.natural_width() * SCALE);
    canvas.set_height(image.natural_height() * SCALE);
    let context = canvas.get_context("2d")?.ok_or("there is no canvas")?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    let file: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    file.set_href(&canvas.to_data_url()?);
    file.set_download(&link.get_attribute("data-png").unwrap_or_default());
    file.click();
    Ok(())
}
