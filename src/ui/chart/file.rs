//! A chart as a file: SVG that needs no stylesheet, because every program understands its attributes.

use super::{
    ChartOptions, Series,
    geometry::{Geometry, HEIGHT, X_AXIS},
    palette::Palette,
    words,
};
use crate::{
    error::Failure,
    ui::{
        attachment::attachment,
        chart_reader::{RIGHT, WIDTH},
    },
};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use std::fmt::{Error, Write};

/// What stands above the drawing.
const HEAD: f64 = 34.0;
/// The height of a line of the legend.
const ROW: f64 = 18.0;

/// A chart that somebody saves.
#[derive(Debug)]
pub struct ChartFile {
    title: String,
    series: Vec<Series>,
    options: ChartOptions,
    is_dark: bool,
}

impl ChartFile {
    /// A chart as the pairs of its address say; with `theme=dark` it is light on dark.
    pub fn new(title: String, series: Vec<Series>, pairs: &[(String, String)]) -> Self {
        let is_dark = pairs.iter().any(|(name, value)| name == "theme" && value == "dark");
        Self { title, series, options: ChartOptions::of(pairs), is_dark }
    }

    /// The answer that a browser saves.
    pub fn into_answer(self) -> Result<Response, Failure> {
        let svg = self.svg().map_err(|error| Failure::Broken(error.to_string()))?;
        let disposition = attachment(&self.title, "svg");
        let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CONTENT_DISPOSITION, &disposition)];
        Ok((headers, svg).into_response())
    }

    fn svg(&self) -> Result<String, Error> {
        let palette = if self.is_dark { &Palette::DARK } else { &Palette::LIGHT };
        let height = HEAD + HEIGHT + ROW * self.series.len() as f64 + 8.0;
        let spoken = escaped(&words::spoken(&self.title, &self.series, self.options.unit));
        let title = escaped(&self.title);
        let Palette { surface, text, .. } = palette;
        let mut svg = String::new();
        write!(
            svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="11">
<desc>{spoken}</desc>
<rect width="{WIDTH}" height="{height}" fill="{surface}"/>
<text x="14" y="22" font-size="14" font-weight="bold" fill="{text}">{title}</text>
<g transform="translate(0 {HEAD})">
"#
        )?;
        match Geometry::of(&self.series, self.options.is_logarithmic) {
            Some(geometry) => draw(&mut svg, palette, &geometry)?,
            None => {
                let nothing = words::nothing_to_draw(self.options.is_logarithmic);
                writeln!(svg, r#"<text x="14" y="40" fill="{}">{nothing}</text>"#, palette.muted)?;
            }
        }
        for (index, series) in self.series.iter().enumerate() {
            let (color, dash) = palette.series(index);
            let y = HEIGHT + ROW * index as f64;
            let (name, last) = (escaped(&series.name), escaped(&series.last));
            writeln!(
                svg,
                r#"<path d="M14 {y}h24" stroke="{color}" stroke-width="2.5" stroke-dasharray="{dash}"/><text x="46" y="{:.1}" fill="{text}">{name} <tspan fill="{}">{last}</tspan></text>"#,
                y + 4.0,
                palette.muted
            )?;
        }
        svg.push_str("</g>\n</svg>\n");
        Ok(svg)
    }
}

fn draw(svg: &mut String, palette: &Palette, geometry: &Geometry) -> Result<(), Error> {
    let Palette { muted, line, line_strong, surface, .. } = palette;
    let left = geometry.left;
    for (y, label) in &geometry.y_ticks {
        writeln!(
            svg,
            r#"<path d="M{left} {y:.1}H{RIGHT}" stroke="{line}"/><text x="{}" y="{:.1}" fill="{muted}" text-anchor="end">{label}</text>"#,
            left - 8.0,
            y + 4.0
        )?;
    }
    writeln!(svg, r#"<path d="M{left} {X_AXIS}H{RIGHT}" stroke="{line_strong}"/>"#)?;
    for (x, label) in &geometry.x_ticks {
        writeln!(svg, r#"<text x="{x:.1}" y="226" fill="{muted}" text-anchor="middle">{label}</text>"#)?;
    }
    for (index, line) in geometry.lines.iter().enumerate() {
        let (color, dash) = palette.series(index);
        writeln!(
            svg,
            r#"<g fill="none" stroke="{color}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round">"#
        )?;
        for points in &line.runs {
            writeln!(svg, r#"<polyline points="{points}" stroke-dasharray="{dash}"/>"#)?;
        }
        for mark in &line.special {
            let (place, shape) = mark.shape();
            writeln!(svg, r#"<path transform="{place}" d="{shape}" fill="{color}" stroke-width="1.5"/>"#)?;
        }
        if let Some((x, y)) = line.end {
            writeln!(
                svg,
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="4" fill="{color}" stroke="{surface}" stroke-width="1.5"/>"#
            )?;
        }
        svg.push_str("</g>\n");
    }
    Ok(())
}

/// Text inside XML 1.0, which has no place for control characters.
fn escaped(text: &str) -> String {
    let allowed = text.chars().filter(|character| !character.is_control() && !"\u{FFFE}\u{FFFF}".contains(*character));
    allowed.collect::<String>().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{super::Point, *};

    fn file(names: &[&str], values: &[f64]) -> ChartFile {
        let points: Vec<Point> = (0..).zip(values).map(|(step, value)| Point::at(step, *value)).collect();
        let series =
            |name: &&str| Series { name: (*name).to_owned(), last: "1".to_owned(), gaps: 0, points: points.clone() };
        ChartFile {
            title: "a < b & c\u{0}".to_owned(),
            series: names.iter().map(series).collect(),
            options: ChartOptions::default(),
            is_dark: false,
        }
    }

    #[test]
    fn a_file_has_everything_in_it_and_no_style() {
        let file = file(&["train/<x>", "val"], &[1.0, f64::NAN, 3.0, 2.0]);
        let svg = file.svg().unwrap();
        assert!(svg.contains("a &lt; b &amp; c</text>") && svg.contains("train/&lt;x&gt; "), "{svg}");
        assert_eq!((svg.matches("<polyline").count(), svg.matches("<circle").count()), (4, 2));
        assert!(!svg.contains("class=") && !svg.contains("style") && !svg.contains("var("), "{svg}");
        assert!(svg.contains(Palette::LIGHT.surface) && !svg.contains(Palette::DARK.surface));
        let dark = ChartFile { is_dark: true, ..file }.svg().unwrap();
        assert!(dark.contains(Palette::DARK.surface) && !dark.contains(Palette::LIGHT.surface));
    }

    #[test]
    fn a_file_without_a_number_says_so() {
        assert!(file(&["x"], &[f64::NAN]).svg().unwrap().contains("no finite value to draw"));
    }
}
