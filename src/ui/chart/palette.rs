//! The colours of charts that leave the product, where no stylesheet follows them.

use super::MAX_SERIES;

/// The colours of one theme, as in `style/tokens.css`.
#[derive(Debug)]
pub struct Palette {
    /// The ground.
    pub surface: &'static str,
    /// Titles and names.
    pub text: &'static str,
    /// What stands at the axes.
    pub muted: &'static str,
    /// The grid.
    pub line: &'static str,
    /// The axis.
    pub line_strong: &'static str,
    series: [&'static str; MAX_SERIES],
}

/// How lines differ for those who cannot tell their colours apart, as in `style/chart.css`.
pub const DASHES: [&str; MAX_SERIES] = ["none", "7 4", "2 4", "10 4 2 4", "4 3", "14 4"];

impl Palette {
    /// Dark on light.
    pub const LIGHT: Self = Self {
        surface: "#fffefc",
        text: "#241d17",
        muted: "#65594c",
        line: "#e6dfd3",
        line_strong: "#cfc4b4",
        series: ["#b04a17", "#2465a6", "#1f7a4c", "#8749ad", "#946200", "#0b7680"],
    };

    /// Light on dark.
    pub const DARK: Self = Self {
        surface: "#1d1916",
        text: "#f2ebe2",
        muted: "#b6a898",
        line: "#332c26",
        line_strong: "#4d443a",
        series: ["#f2a26c", "#79b6f3", "#6fce97", "#cc9fee", "#e5bf58", "#5fcdd6"],
    };

    /// The colour and the dashes of a line.
    pub fn series(&self, index: usize) -> (&'static str, &'static str) {
        (self.series[index % MAX_SERIES], DASHES[index % MAX_SERIES])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_dashes_are_those_of_the_stylesheet() {
        let style =
            |file: &str| std::fs::read_to_string(format!("{}/style/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let (tokens, chart) = (style("tokens.css"), style("chart.css"));
        let (light, dark) = (&Palette::LIGHT, &Palette::DARK);
        let mut colours = vec![
            ("surface".to_owned(), light.surface, dark.surface),
            ("text".to_owned(), light.text, dark.text),
            ("muted".to_owned(), light.muted, dark.muted),
            ("line".to_owned(), light.line, dark.line),
            ("line-strong".to_owned(), light.line_strong, dark.line_strong),
        ];
        for (index, dash) in DASHES.iter().enumerate() {
            let number = index + 1;
            colours.push((format!("series-{number}"), light.series[index], dark.series[index]));
            let rule = chart.lines().find(|line| line.starts_with(&format!("[data-series=\"{number}\"]"))).unwrap();
            assert!(if index == 0 { !rule.contains("--dash") } else { rule.contains(&format!("--dash: {dash};")) });
        }
        for (name, light, dark) in colours {
            assert!(tokens.contains(&format!("--{name}: light-dark({light}, {dark});")), "{name}");
        }
    }
}
