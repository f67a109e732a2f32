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

/// Lists the tiles and bundles of a log of `size` entries that a mirror of its first `from` has not got in full: full
/// files by their own paths, the last of each level by its width.
pub fn log_paths(from: u64, size: u64) -> impl Iterator<Item = String> {
    let width = u64::from(TILE_WIDTH);
    let levels = (0..8_u8).map(move |level| (level, 8 * u32::from(level)));
    let levels = levels.take_while(move |(_, shift)| size >> shift > 0);
    let tiles = levels.flat_map(move |(level, shift)| {
        files((from >> shift) / width, size >> shift).map(move |(index, width)| tile_path(level, index, width))
    });
    files(from / width, size).map(|(index, width)| bundle_path(index, width)).chain(tiles)
}

/// The files that `n` hashes or entries fill from a position on, each with its width.
fn files(first: u64, n: u64) -> impl Iterator<Item = (u64, u16)> {
    let width = u64::from(TILE_WIDTH);
    let full = (first..n / width).map(|index| (index, TILE_WIDTH));
    let rest = u16::try_from(n % width).ok().filter(|rest| *rest > 0).map(|rest| (n / width, rest));
    full.chain(rest)
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
    fn the_paths_of_a_log_are_those_that_a_mirror_lacks() {
        let paths = |from, size| log_paths(from, size).collect::<Vec<_>>();
        assert_eq!(paths(0, 0), [""; 0]);
        assert_eq!(paths(0, 3), ["tile/entries/000.p/3", "tile/0/000.p/3"]);
        assert_eq!(paths(3, 256), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        let grown = ["tile/entries/001", "tile/entries/002.p/9", "tile/0/001", "tile/0/002.p/9", "tile/1/000.p/2"];
        assert_eq!(paths(256, 521), grown);
    }

    #[test]
    fn a_part_of_a_tile_says_its_width() {
        assert_eq!(tile_path(1, 0, 70), "tile/1/000.p/70");
        assert_eq!(bundle_path(273, 1), "tile/entries/273.p/1");
    }
}
