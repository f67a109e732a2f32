//! Lists of byte strings in one blob: each after its length in four bytes, big end first.

/// Packs the parts.
///
/// INVARIANT: a unit is bounded far below what four bytes count.
pub(crate) fn pack<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut packed = Vec::new();
    for part in parts {
        packed.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        packed.extend_from_slice(part);
    }
    packed
}

/// Takes the parts out again; `None` when the blob is not such a list.
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    let mut rest = packed;
    while !rest.is_empty() {
        let (len, after) = rest.split_first_chunk()?;
        let (part, after) = after.split_at_checked(u32::from_be_bytes(*len) as usize)?;
        parts.push(part);
        rest = after;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_unpacks_to_its_parts() {
        let parts: Vec<&[u8]> = vec![b"one", b"", b"three"];
        assert_eq!(unpack(&pack(parts.clone())).unwrap(), parts);
        assert_eq!(unpack(&[]).unwrap(), Vec::<&[u8]>::new());
    }

    #[test]
    fn a_list_that_was_cut_is_refused() {
        let packed = pack([&b"one"[..]]);
        assert_eq!(unpack(&packed[..packed.len() - 1]), None);
        assert_eq!(unpack(&packed[..2]), None);
    }
}
