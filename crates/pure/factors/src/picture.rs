//! A QR code as a picture (SVG) that a page holds as it is: one path, no script, no style, a title for those who hear it.

use std::fmt::Write;

use candor_words::Secret;
use qrcode::{Color, EcLevel, QrCode};

/// White modules around the code, as ISO/IEC 18004 asks.
const QUIET: usize = 4;
/// The longest text that is drawn: denser codes are hard to read from a screen.
const TEXT_BYTES_MAX: usize = 700;

/// Draws `text` as a QR code; `title` is read out in its place. `None` when the text is too long.
///
/// Dark on white whatever the page's colours are, so that cameras read it.
pub fn svg(text: &Secret<String>, title: &str) -> Option<Secret<String>> {
    if text.expose().len() > TEXT_BYTES_MAX {
        return None;
    }
    let code = QrCode::with_error_correction_level(text.expose().as_bytes(), EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut drawn = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"qr-title\" viewBox=\"0 0 {side} {side}\" \
         width=\"240\" height=\"240\" shape-rendering=\"crispEdges\"><title id=\"qr-title\">{}</title>\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"",
        escaped(title)
    );
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut at = 0;
        for run in modules.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                // Writing to a string never fails.
                let _ = write!(drawn, "M{} {}h{}v1h-{}z", at + QUIET, row + QUIET, run.len(), run.len());
            }
            at += run.len();
        }
    }
    drawn.push_str("\"/></svg>");
    Some(Secret::new(drawn))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, title: &str) -> String {
        svg(&Secret::new(text.to_owned()), title).unwrap().expose().clone()
    }

    #[test]
    fn the_picture_has_a_title_and_nothing_that_a_strict_policy_refuses() {
        let picture = drawn("otpauth://totp/a:b?secret=GEZDGNBV", "QR code <b> & more");
        assert!(picture.contains("role=\"img\""));
        assert!(picture.contains("<title id=\"qr-title\">QR code &lt;b&gt; &amp; more</title>"));
        for part in ["script", "style", "href", "otpauth", "GEZD"] {
            assert!(!picture.contains(part), "{part}");
        }
    }

    /// Reads the path back into modules and compares each with what the library says of it.
    #[test]
    fn the_path_draws_each_dark_module_and_no_other() {
        let text = "otpauth://totp/Vendor:ada%40people.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Vendor";
        let picture = drawn(text, "t");
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let mut dark = vec![vec![false; code.width()]; code.width()];
        let path = picture.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        for part in path.split('z').filter(|part| !part.is_empty()) {
            let (x, rest) = part.strip_prefix('M').unwrap().split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            (x..x + length).for_each(|x| dark[y - QUIET][x - QUIET] = true);
        }
        for (y, row) in dark.iter().enumerate() {
            for (x, is_dark) in row.iter().enumerate() {
                assert_eq!(*is_dark, code[(x, y)] == Color::Dark, "{x} {y}");
            }
        }
    }

    #[test]
    fn a_text_beyond_the_bound_is_not_drawn() {
        assert!(svg(&Secret::new("a".repeat(TEXT_BYTES_MAX + 1)), "t").is_none());
        assert!(svg(&Secret::new("a".repeat(TEXT_BYTES_MAX)), "t").is_some());
    }
}
