//! Where the files of a log lie: `checkpoint`, `tile/<level>/<index>`, `tile/entries/<index>`.
//!
//! Source: C2SP tlog-tiles, "Merkle Tree".

use crate::tile::TILE_WIDTH;

/// The path of the signed head.
pub const CHECKPOINT_PATH: &str = "checkpoint";

/// Returns the path of a tile of `width` hashes.
pub fn tile_path(level: u8, index: u64, width: u16) -> String {
    format!("tile/{level}/{}", numbered(index, width))
}

/// Returns the path of a bundle of `width` entries.
pub fn bundle_path(index: u64, width: u16) -> String {
    format!("tile/entries/{}", numbered(index, width))
}

/// Writes 1234067 as `x001/x234/067`, and a width short of 256 as `.p/<width>` after it.
fn numbered(index: u64, width: u16) -> String {
    let mut text = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    if width < TILE_WIDTH {
        text.push_str(&format!(".p/{width}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_index_is_cut_into_threes() {
        assert_eq!(tile_path(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(tile_path(2, 5, 256), "tile/2/005");
        assert_eq!(tile_path(0, 1000, 256), "tile/0/x001/000");
    }

    #[test]
    fn a_part_of_a_tile_says_its_width() {
        assert_eq!(tile_path(1, 0, 70), "tile/1/000.p/70");
        assert_eq!(bundle_path(273, 1), "tile/entries/273.p/1");
    }
}
