//! The texts for what a policy says in words of the language: bases, sources, channels, keep rules, roles, rights.

use candor_manifest::model::{Basis, Channel, Keep, KeepAction, KeepEvent, RecipientRole, RightKind, Source};

use crate::Language;
use crate::Written as _;
use crate::words::words;

words! {
    consent = "Consent" / "Einwilligung";
    contract = "Contract" / "Vertrag";
    legal_obligation = "Legal obligation" / "Rechtliche Verpflichtung";
    vital_interest = "Vital interest" / "Lebenswichtiges Interesse";
    public_task = "Public task" / "Öffentliche Aufgabe";
    legitimate_interest = "Legitimate interest" / "Berechtigtes Interesse";

    because_consent = "Only if you say yes; off until then, and you can take it back at any time."
        / "Nur wenn Sie Ja sagen; bis dahin aus, und Sie können es jederzeit zurücknehmen.";
    because_contract = "Needed for the service that you or your organisation asked for."
        / "Nötig für den Dienst, den Sie oder Ihre Organisation gewünscht haben.";
    because_law(law: &str) = "The law requires it: {law}." / "Das Gesetz verlangt es: {law}.";
    because_life = "Needed to protect somebody’s life." / "Nötig, um ein Leben zu schützen.";
    because_task(task: &str) = "Needed for a task in the public interest: {task}." / "Nötig für eine Aufgabe im öffentlichen Interesse: {task}.";
    because_interest(interest: &str) = "Our interest: {interest}. You can object." / "Unser Interesse: {interest}. Sie können widersprechen.";

    from_you = "You" / "Sie selbst";
    from_use = "Recorded as you use the service" / "Bei der Nutzung aufgezeichnet";
    from_other_items = "Worked out from other items" / "Aus anderen Angaben errechnet";
    from_others = "Other users" / "Andere Nutzende";
    from_organisation = "Your organisation" / "Ihre Organisation";
    from_linked(name: &str) = "A service you linked: {name}" / "Ein von Ihnen verbundener Dienst: {name}";
    from_partners = "Business partners" / "Geschäftspartner";
    from_public = "Public sources" / "Öffentliche Quellen";

    by_email = "email" / "E-Mail";
    by_sms = "text message" / "SMS";
    by_telephone = "telephone" / "Telefon";
    by_post = "post" / "Post";
    by_notice = "a notice in the service" / "Hinweis im Dienst";
    by_push = "push notification" / "Push-Nachricht";

    works_for_us = "works for us, on our instructions only" / "arbeitet für uns und nur auf unsere Weisung";
    decides_itself = "decides for itself" / "entscheidet selbst";
    decides_with_us = "decides together with us" / "entscheidet gemeinsam mit uns";
    is_app = "an app that you or your administrator installed" / "eine App, die Sie oder Ihre Verwaltung eingerichtet haben";
    is_authority = "an authority; two of us approve each disclosure" / "eine Behörde; zwei von uns geben jede Offenlegung frei";
    are_users = "other people who use the service" / "andere, die den Dienst nutzen";
    anyone = "anyone" / "alle";

    until_event(event: &str) = "until {event}" / "bis {event}";
    until_after(span: &str, event: &str) = "until {span} after {event}" / "bis {span} nachdem {event}";
    at_created = "it was recorded" / "es aufgezeichnet wurde";
    at_updated = "it was last changed" / "es zuletzt geändert wurde";
    at_contract_end = "your contract ends" / "Ihr Vertrag endet";
    at_deactivation = "your account is deactivated" / "Ihr Konto stillgelegt wird";
    at_withdrawal = "you take your consent back" / "Sie Ihre Einwilligung zurücknehmen";
    at_interest = "you last showed interest" / "Sie zuletzt Interesse zeigten";
    at_sign_in = "you last signed in" / "Sie sich zuletzt angemeldet haben";
    at_closed = "the matter is closed" / "die Sache abgeschlossen ist";
    at_process_end = "the step that needs it is over" / "der Schritt vorbei ist, der es braucht";
    at_named(name: &str) = "the event “{name}”" / "das Ereignis „{name}“ eintritt";
    then_erased = "then erased" / "dann gelöscht";
    then_anonymous = "then made anonymous" / "dann anonymisiert";
    then_sealed = "then sealed away from every use" / "dann für jede Nutzung gesperrt";

    right_access = "Get a copy" / "Eine Kopie erhalten";
    right_rectification = "Have mistakes corrected" / "Fehler berichtigen lassen";
    right_erasure = "Have it erased" / "Löschen lassen";
    right_restriction = "Have its use restricted" / "Nutzung einschränken lassen";
    right_portability = "Take it elsewhere" / "Mitnehmen";
    right_objection = "Object" / "Widersprechen";
    right_withdrawal = "Take consent back" / "Einwilligung zurücknehmen";
    right_automated = "Have a person decide" / "Einen Menschen entscheiden lassen";
    right_sale = "Refuse sale and sharing" / "Verkauf und Weitergabe ablehnen";
}

/// The name of a basis, short enough for a badge.
pub(crate) const fn basis(language: Language, basis: &Basis) -> &'static str {
    match basis {
        Basis::Consent { .. } => consent(language),
        Basis::Contract => contract(language),
        Basis::LegalObligation(_) => legal_obligation(language),
        Basis::VitalInterest => vital_interest(language),
        Basis::PublicTask(_) => public_task(language),
        Basis::LegitimateInterest(_) => legitimate_interest(language),
    }
}

/// Why a basis allows the use.
pub(crate) fn because(language: Language, basis: &Basis) -> String {
    match basis {
        Basis::Consent { .. } => because_consent(language).to_owned(),
        Basis::Contract => because_contract(language).to_owned(),
        Basis::LegalObligation(law) => because_law(language, law),
        Basis::VitalInterest => because_life(language).to_owned(),
        Basis::PublicTask(task) => because_task(language, task),
        Basis::LegitimateInterest(interest) => because_interest(language, interest),
    }
}

/// Where a value comes from.
pub(crate) fn source(language: Language, source: &Source) -> String {
    match source {
        Source::Subject => from_you(language).to_owned(),
        Source::Observed => from_use(language).to_owned(),
        Source::Derived => from_other_items(language).to_owned(),
        Source::OtherUsers => from_others(language).to_owned(),
        Source::Organisation => from_organisation(language).to_owned(),
        Source::Linked(name) => from_linked(language, &name.replace('_', " ")),
        Source::Partners => from_partners(language).to_owned(),
        Source::Public => from_public(language).to_owned(),
    }
}

/// A way to reach people.
pub(crate) const fn channel(language: Language, channel: Channel) -> &'static str {
    match channel {
        Channel::Email => by_email(language),
        Channel::Sms => by_sms(language),
        Channel::Telephone => by_telephone(language),
        Channel::Post => by_post(language),
        Channel::InApp => by_notice(language),
        Channel::Push => by_push(language),
    }
}

/// What a recipient is to the controller.
pub(crate) const fn role(language: Language, role: RecipientRole) -> &'static str {
    match role {
        RecipientRole::Processor => works_for_us(language),
        RecipientRole::Controller => decides_itself(language),
        RecipientRole::JointController => decides_with_us(language),
        RecipientRole::App => is_app(language),
        RecipientRole::Authority => is_authority(language),
        RecipientRole::Users => are_users(language),
        RecipientRole::Public => anyone(language),
    }
}

/// A keep rule in one phrase: `until 30 days after your contract ends, then erased`.
pub(crate) fn keep(language: Language, keep: &Keep) -> String {
    let event = match &keep.event {
        KeepEvent::Created => at_created(language).to_owned(),
        KeepEvent::Updated => at_updated(language).to_owned(),
        KeepEvent::ContractEnds => at_contract_end(language).to_owned(),
        KeepEvent::Deactivated => at_deactivation(language).to_owned(),
        KeepEvent::ConsentWithdrawn => at_withdrawal(language).to_owned(),
        KeepEvent::LastInterest => at_interest(language).to_owned(),
        KeepEvent::LastSignIn => at_sign_in(language).to_owned(),
        KeepEvent::Closed => at_closed(language).to_owned(),
        KeepEvent::ProcessEnds => at_process_end(language).to_owned(),
        KeepEvent::Named(name) => at_named(language, &name.replace('_', " ")),
    };
    let until = match keep.after {
        Some(after) => until_after(language, &language.span(after), &event),
        None => until_event(language, &event),
    };
    let then = match keep.action {
        KeepAction::Erase => then_erased(language),
        KeepAction::Anonymise => then_anonymous(language),
        KeepAction::Quarantine => then_sealed(language),
    };
    format!("{until}, {then}")
}

/// What people call a right.
pub(crate) const fn right(language: Language, right: RightKind) -> &'static str {
    match right {
        RightKind::Access => right_access(language),
        RightKind::Rectification => right_rectification(language),
        RightKind::Erasure => right_erasure(language),
        RightKind::Restriction => right_restriction(language),
        RightKind::Portability => right_portability(language),
        RightKind::Objection => right_objection(language),
        RightKind::Withdrawal => right_withdrawal(language),
        RightKind::AutomatedDecision => right_automated(language),
        RightKind::SaleOptOut => right_sale(language),
    }
}
