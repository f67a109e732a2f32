//! Plain facts about a manifest that every rendering needs, each worked out in this one place.

use candor_manifest::model::{Basis, Field, FieldIx, Keep, Manifest, Purpose, Recipient, RecipientIx, Share};

/// The fields that a purpose uses or shares, once each, in the order of the text.
pub fn fields_of(purpose: &Purpose) -> Vec<FieldIx> {
    let mut fields = purpose.uses.clone();
    fields.extend(purpose.shares.iter().flat_map(|share| &share.fields));
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// Every pair of purpose and field that the policy allows, by name.
pub fn pairs(manifest: &Manifest) -> Vec<(&str, &str)> {
    let pairs_of = |purpose| fields_of(purpose).into_iter().map(move |ix| (purpose, ix));
    let pairs = manifest.purposes.iter().flat_map(pairs_of);
    pairs.filter_map(|(purpose, ix)| Some((purpose.name.as_str(), field(manifest, ix)?.name.as_str()))).collect()
}

/// The purposes that use or share a field.
pub fn purposes_of(manifest: &Manifest, ix: FieldIx) -> impl Iterator<Item = &Purpose> {
    manifest.purposes.iter().filter(move |purpose| fields_of(purpose).contains(&ix))
}

/// The rules that say how long a field is kept whatever it is used for.
pub fn keeps_of(manifest: &Manifest, ix: FieldIx) -> impl Iterator<Item = &Keep> {
    manifest.keeps.iter().filter(move |keep| keep.purpose.is_none() && keep.fields.contains(&ix))
}

/// The rules that bound one purpose's use.
pub fn keeps_within<'a>(manifest: &'a Manifest, purpose: &Purpose) -> impl Iterator<Item = &'a Keep> {
    let ix = manifest.purpose(&purpose.name);
    manifest.keeps.iter().filter(move |keep| keep.purpose.is_some() && keep.purpose == ix)
}

/// What one recipient gets, purpose by purpose.
pub fn shares_with(manifest: &Manifest, ix: RecipientIx) -> impl Iterator<Item = (&Purpose, &Share)> {
    let shares = manifest.purposes.iter().flat_map(|purpose| purpose.shares.iter().map(move |share| (purpose, share)));
    shares.filter(move |(_, share)| share.with == ix)
}

/// The field at a position.
pub fn field(manifest: &Manifest, ix: FieldIx) -> Option<&Field> {
    manifest.fields.get(ix.at())
}

/// The fields at some positions.
pub fn fields<'a>(manifest: &'a Manifest, ixs: &[FieldIx]) -> Vec<&'a Field> {
    ixs.iter().filter_map(|ix| field(manifest, *ix)).collect()
}

/// The recipient at a position.
pub fn recipient(manifest: &Manifest, ix: RecipientIx) -> Option<&Recipient> {
    manifest.recipients.get(ix.at())
}

/// True when the purpose waits for a yes.
pub fn asks_first(purpose: &Purpose) -> bool {
    matches!(purpose.basis, Basis::Consent { .. })
}

/// The clause of GDPR Art. 6(1) that a basis stands for, as the Data Privacy Vocabulary names it.
pub fn article_6(basis: &Basis) -> &'static str {
    match basis {
        Basis::Consent { explicit: true, .. } => "A6-1-a-explicit-consent",
        Basis::Consent { .. } => "A6-1-a",
        Basis::Contract => "A6-1-b",
        Basis::LegalObligation(_) => "A6-1-c",
        Basis::VitalInterest => "A6-1-d",
        Basis::PublicTask(_) => "A6-1-e",
        Basis::LegitimateInterest(_) => "A6-1-f",
    }
}

/// The rights that people have over what is processed on a basis, as the vocabulary names them.
///
/// Source: DPV 2.3, `legal_basis_rights_mapping`; the same table as the language crate's `basis_rights.tsv`,
/// which a test holds it to.
pub fn rights_under(basis: &Basis) -> &'static [&'static str] {
    match basis {
        Basis::Consent { .. } => &["A13", "A14", "A15", "A16", "A17", "A18", "A20", "A22", "A7-3", "A77"],
        Basis::Contract => &["A13", "A14", "A15", "A16", "A17", "A18", "A20", "A22", "A77"],
        Basis::LegalObligation(_) => &["A13", "A15", "A16", "A18", "A77"],
        Basis::VitalInterest => &["A13", "A14", "A15", "A16", "A17", "A18", "A22", "A77"],
        Basis::PublicTask(_) => &["A13", "A14", "A15", "A16", "A18", "A21", "A22", "A77"],
        Basis::LegitimateInterest(_) => &["A13", "A14", "A15", "A16", "A17", "A18", "A21", "A22", "A77"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rights_of_each_basis_are_those_of_the_vocabulary() {
        let table = include_str!("../../manifest/src/dpv/basis_rights.tsv");
        let bases = [
            Basis::Consent { double_opt_in: false, explicit: false, lasts: None },
            Basis::Consent { double_opt_in: false, explicit: true, lasts: None },
            Basis::Contract,
            Basis::LegalObligation(String::new()),
            Basis::VitalInterest,
            Basis::PublicTask(String::new()),
            Basis::LegitimateInterest(String::new()),
        ];
        for basis in bases {
            let rows = table.lines().filter_map(|row| row.split_once('\t'));
            let listed: Vec<_> = rows.filter(|row| row.0 == article_6(&basis)).map(|row| row.1).collect();
            assert_eq!(listed, rights_under(&basis), "{basis:?}");
        }
    }
}
