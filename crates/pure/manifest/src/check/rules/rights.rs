//! Rights are those that the laws and the purposes' bases give, no more and no fewer.

use crate::check::draft::Draft;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::law::clocks;
use crate::model::{Law, RightKind};

pub(super) fn hold(draft: &Draft, report: &mut Report) {
    if draft.unread.purposes || draft.unread.rights {
        return;
    }
    for law in &draft.laws {
        let Some(block) = draft.rights_blocks.iter().find(|block| block.value == law.value) else {
            let message = format!("the law `{}` is named, but no rights under it", law.value.word());
            let finding = Diagnostic::new(&codes::LAW_WITHOUT_RIGHTS, law.span, message);
            report.push(finding.help(format!("add a block `rights under {}`", law.value.word())));
            continue;
        };
        let out: Vec<&str> = clocks::all()
            .iter()
            .filter(|clock| clock.law == law.value && is_given(law.value, clock.right, draft))
            // Art. 22 matters only to who decides by machine alone, which a policy need not.
            .filter(|clock| clock.right != RightKind::AutomatedDecision)
            .filter(|clock| {
                !draft.rights.iter().any(|right| right.value.law == law.value && right.value.kind == clock.right)
            })
            .map(|clock| clock.right.words())
            .collect();
        if !out.is_empty() {
            let message = format!("people have rights that are left out: {}", out.join(", "));
            report.push(Diagnostic::new(&codes::RIGHT_LEFT_OUT, block.span, message).help("add a line for each"));
        }
    }
    for right in &draft.rights {
        if !is_given(right.value.law, right.value.kind, draft) {
            let message = format!("no purpose's basis gives the right of {}", right.value.kind.words());
            let finding = Diagnostic::new(&codes::RIGHT_WITHOUT_BASIS, right.span, message);
            report.push(finding.help("take it out, or check the purposes' bases"));
        }
    }
}

/// Under the GDPR a right follows from a basis; elsewhere from the law itself, the opt-out of sale from selling.
fn is_given(law: Law, right: RightKind, draft: &Draft) -> bool {
    match (law, right) {
        (_, RightKind::SaleOptOut) => draft.purposes().any(|read| read.purpose.is_sale || read.purpose.yields_to_gpc),
        (Law::Gdpr | Law::UkGdpr, RightKind::AutomatedDecision) => true,
        (Law::Gdpr | Law::UkGdpr, right) => draft.purposes().any(|read| read.purpose.basis.gives(right)),
        _ => true,
    }
}
