//! The texts of the administrator console, and of accounts that an organisation manages.

pub(crate) mod clients;
pub(crate) mod disclosures;
pub(crate) mod disputes;
pub(crate) mod keys;
pub(crate) mod requests;
pub(crate) mod risk;
pub(crate) mod systems;
pub(crate) mod upstreams;

use crate::Language;
use crate::words::words;

words! {
    console = "Console" / "Verwaltung";
    people = "People" / "Personen";
    organisations = "Organisations" / "Organisationen";
    requests = "Requests" / "Anträge";
    staff = "Staff" / "Mitarbeitende";
    keys = "API keys" / "API-Schlüssel";
    secrets = "Secrets" / "Geheimnisse";
    policies = "Policy and ledger" / "Erklärung und Ledger";

    people_note = "Whoever you look at sees that you did, when, and why." / "Wen Sie ansehen, sieht, dass Sie es taten, wann und warum.";
    whom = "Whom do you look for?" / "Wen suchen Sie?";
    whom_hint = "An address, a user name, or an id such as sub_…; the whole of it" / "Eine Adresse, ein Benutzername oder eine Kennung wie sub_…; vollständig";
    purpose = "For which purpose?" / "Zu welchem Zweck?";
    no_purpose = "Your roles have no purpose for which somebody can be looked at." / "Ihre Rollen haben keinen Zweck, zu dem jemand angesehen werden kann.";
    reason = "Why?" / "Warum?";
    reason_missing = "Say why" / "Sagen Sie, warum";
    reason_asked = "The person asked for help" / "Die Person bat um Hilfe";
    reason_right = "To answer a request about a right" / "Um einen Antrag zu beantworten";
    reason_maintenance = "To keep the service working" / "Um den Dienst zu betreiben";
    reason_billing = "For an invoice or a payment" / "Für eine Rechnung oder Zahlung";
    reason_security = "To keep the account or the service safe" / "Für die Sicherheit des Kontos oder Dienstes";
    reason_law = "A law wants it" / "Ein Gesetz verlangt es";
    look_up = "Look up" / "Suchen";
    nobody_found = "Nobody is called so" / "Niemand heißt so";

    person = "Person" / "Person";
    id = "Id" / "Kennung";
    state = "State" / "Zustand";
    since = "Since" / "Seit";
    managed = "managed" / "verwaltet";
    open_title = "Open data" / "Daten öffnen";
    open_lead = "You get what the purpose may use, and nothing else. The person sees your reason." / "Sie bekommen, was der Zweck verwenden darf, und sonst nichts. Die Person sieht Ihren Grund.";
    ticket = "Where is it written down?" / "Wo ist es festgehalten?";
    ticket_hint = "A ticket or a case; without anything about the person" / "Ein Ticket oder ein Vorgang; ohne Angaben zur Person";
    ticket_missing = "Name a ticket or a case" / "Nennen Sie ein Ticket oder einen Vorgang";
    open = "Open" / "Öffnen";
    values = "What the purpose may use" / "Was der Zweck verwenden darf";
    no_values = "Nothing of it is there, or may be used." / "Nichts davon ist da oder darf verwendet werden.";
    refused_fields(n: u64) = "1 field was refused" | "{n} fields were refused" / "1 Feld wurde verweigert" | "{n} Felder wurden verweigert";
    seen_by_person(entry: u64) = "The person sees this look: entry {entry} of the ledger." / "Die Person sieht diesen Blick: Eintrag {entry} im Ledger.";
    account = "Account" / "Konto";
    locked_since = "Locked since" / "Gesperrt seit";
    n_factors(n: u64) = "1 further factor" | "{n} further factors" / "1 weiterer Faktor" | "{n} weitere Faktoren";
    lock = "Lock the account" / "Konto sperren";
    unlock = "Unlock the account" / "Konto entsperren";
    reset_factors = "Take the factors away" / "Faktoren entfernen";
    minor = "A child's account?" / "Das Konto eines Kindes?";
    minor_lead = "Who is younger than the policy allows is erased in one step, at once and for good." / "Wer jünger ist, als die Erklärung erlaubt, wird in einem Schritt gelöscht, sofort und endgültig.";
    minor_erase = "Under age: erase everything" / "Zu jung: alles löschen";
    audit = "Sign-ins" / "Anmeldungen";
    audit_none = "Nobody signed in to this account yet." / "An diesem Konto hat sich noch niemand angemeldet.";
    when = "When" / "Wann";
    what = "What" / "Was";
    who = "Who" / "Wer";
    audit_sign_in = "Sign-in" / "Anmeldung";
    audit_signed_out = "Sessions ended" / "Sitzungen beendet";
    audit_factor = "Factor changed" / "Faktor geändert";
    audit_credential = "Account changed" / "Konto geändert";
    audit_staff = "Roles changed" / "Rollen geändert";
    did_signed_in = "signed in" / "angemeldet";
    did_refused = "refused" / "abgelehnt";
    did_factor = "asked for a further factor" / "weiterer Faktor verlangt";
    did_denied = "denied for its risk" / "wegen Risikos verweigert";
    did_password = "password changed" / "Passwort geändert";
    did_reset = "password set anew" / "Passwort neu gesetzt";
    did_address = "address changed" / "Adresse geändert";
    did_address_confirmed = "address confirmed" / "Adresse bestätigt";
    did_locked = "locked" / "gesperrt";
    did_unlocked = "unlocked" / "entsperrt";

    organisations_none = "No organisation manages accounts here yet." / "Noch verwaltet keine Organisation Konten.";
    organisation_new = "A new organisation" / "Eine neue Organisation";
    organisation_title = "What it is called" / "Wie sie heißt";
    organisation_make = "Add it" / "Hinzufügen";
    domains = "Domains" / "Domains";
    domains_none = "It has no domain yet." / "Sie hat noch keine Domain.";
    domain = "Domain" / "Domain";
    domain_hint = "Such as example.org" / "Etwa example.org";
    domain_name = "Name the domain" / "Domain nennen";
    domain_waits = "not proved" / "nicht nachgewiesen";
    domain_proved = "proved" / "nachgewiesen";
    domain_missing = "proof missing" / "Nachweis fehlt";
    publish = "Publish this record, then have it looked at." / "Veröffentlichen Sie diesen Eintrag und lassen Sie ihn dann prüfen.";
    record_name = "Name" / "Name";
    prove = "Look now" / "Jetzt prüfen";
    take = "Take the domain away" / "Domain wegnehmen";
    to_decide = "To decide" / "Zu entscheiden";
    nothing_to_decide = "Nothing waits for a decision." / "Nichts wartet auf eine Entscheidung.";
    new_address_of = "New address of" / "Neue Adresse von";
    address_where = "It is" / "Sie liegt";
    address_on = "on a domain of the organisation" / "auf einer Domain der Organisation";
    address_off = "elsewhere: the account is the person's own again" / "woanders: Das Konto gehört dann wieder der Person";
    asked_at = "Asked" / "Erbeten";
    approve = "Approve" / "Zustimmen";
    refuse = "Refuse" / "Ablehnen";
    refuse_why = "If you refuse: why?" / "Falls Sie ablehnen: warum?";
    why_unfounded = "It is manifestly unfounded" / "Offensichtlich unbegründet";
    why_excessive = "It is manifestly excessive" / "Offensichtlich exzessiv";
    why_claims = "The data are needed for legal claims" / "Die Daten werden für Rechtsansprüche gebraucht";
    approved = "Approved" / "Zugestimmt";
    request_of = "Request of" / "Antrag von";
    right = "Right" / "Recht";
    members = "Members" / "Mitglieder";
    members_note = "Accounts with an address on a domain of the organisation; nothing of what they hold is shown here." / "Konten mit einer Adresse auf einer Domain der Organisation; von ihrem Inhalt wird hier nichts gezeigt.";
    members_none = "There is none yet." / "Noch gibt es keins.";
    member_claimed = "told; may leave" / "informiert; kann gehen";
    deadline = "Until" / "Bis";
    not_told = "not told yet" / "noch nicht informiert";
    organisation_decides = "its organisation decides" / "die Organisation entscheidet";

    requests_none = "Nothing waits for us." / "Nichts wartet auf uns.";
    requests_none_such = "There is no such request." / "So einen Antrag gibt es nicht.";
    right_access = "Access" / "Auskunft";
    right_rectification = "Rectification" / "Berichtigung";
    right_erasure = "Erasure" / "Löschung";
    right_restriction = "Restriction" / "Einschränkung";
    right_portability = "Portability" / "Übertragung";
    right_objection = "Objection" / "Widerspruch";
    right_withdrawal = "Withdrawal" / "Widerruf";
    right_automated = "Automated decision" / "Automatisierte Entscheidung";
    right_sale = "Opting out of sale" / "Widerspruch gegen Verkauf";

    staff_none = "Nobody works here yet." / "Noch arbeitet niemand hier.";
    staff_give = "Give roles" / "Rollen vergeben";
    staff_lead = "A role opens the purposes that the policy gives it. The administrator's seat opens everything but people's data. What is not ticked is taken away." / "Eine Rolle öffnet die Zwecke, die die Erklärung ihr gibt. Wer verwaltet, darf alles außer Daten von Personen öffnen. Was nicht angekreuzt ist, wird genommen.";
    staff_whom = "To whom" / "Wem";
    staff_whom_hint = "The id of their own account: sub_…" / "Die Kennung ihres eigenen Kontos: sub_…";
    staff_set = "Set the roles" / "Rollen setzen";
    roles = "Roles" / "Rollen";
    administrator = "Administrator" / "Verwaltung";

    shown_once_title = "Copy it now" / "Jetzt kopieren";
    shown_once = "It is shown this once. What is kept here is enough to check it, not to show it again." / "Es wird dieses eine Mal gezeigt. Was hier bleibt, reicht zum Prüfen, nicht zum Zeigen.";
    shown_once_done = "I have copied it" / "Ich habe es kopiert";
    change = "Change" / "Ändern";
    save = "Save" / "Speichern";

    secrets_note = "A secret is written and removed here, and shown to nobody." / "Ein Geheimnis wird hier geschrieben und entfernt, und niemandem gezeigt.";
    secret_new = "Keep a secret" / "Ein Geheimnis aufbewahren";
    secret_name = "What you call it" / "Wie Sie es nennen";
    secret_purpose = "The one purpose" / "Der eine Zweck";
    secret_recipient = "The one recipient" / "Der eine Empfänger";
    secret_email = "Address of the service account" / "Adresse des Dienstkontos";
    secret_token = "Token" / "Token";
    secret_put = "Keep it" / "Aufbewahren";
    remove = "Remove" / "Entfernen";

    version = "Version" / "Fassung";
    in_force = "In force from" / "Gilt ab";
    digest = "Digest" / "Prüfsumme";
    ledger = "Ledger" / "Ledger";
    ledger_entries = "Entries" / "Einträge";
    ledger_signed = "Signed" / "Signiert";
    ledger_key = "Verifier key" / "Prüfschlüssel";

    member_title = "The organisation of your account" / "Die Organisation Ihres Kontos";
    member_none = "No organisation manages your account." / "Keine Organisation verwaltet Ihr Konto.";
    member_organisation = "Organisation" / "Organisation";
    member_managed = "This organisation manages your account: it has to approve another address." / "Diese Organisation verwaltet Ihr Konto: Einer anderen Adresse muss sie zustimmen.";
    member_requests = "It decides about your requests for a copy, a correction or an erasure. Your consents and objections stay yours." / "Sie entscheidet über Ihre Anträge auf Kopie, Berichtigung oder Löschung. Einwilligungen und Widersprüche bleiben Ihre Sache.";
    member_leave = "This organisation owns the domain of your address. If you do nothing, it manages your account after the time below. Until then you may leave." / "Dieser Organisation gehört die Domain Ihrer Adresse. Wenn Sie nichts tun, verwaltet sie Ihr Konto nach der Frist unten. Bis dahin können Sie gehen.";
    leave_address = "Change the address" / "Adresse ändern";
    leave_export = "Take the data along and leave" / "Daten mitnehmen und gehen";
    address_waits_since = "Your new address waits for approval since" / "Ihre neue Adresse wartet auf Zustimmung seit";
    email_title = "Another address" / "Andere Adresse";
    email_new = "New email address" / "Neue E-Mail-Adresse";
    email_lead = "We write to the new address, which has to confirm, and tell the present one. Where an organisation manages your account, it has to approve." / "Wir schreiben an die neue Adresse, die bestätigen muss, und sagen es der jetzigen. Verwaltet eine Organisation Ihr Konto, muss sie zustimmen.";
    email_written = "We have written to the new address. Open the page that the mail names within 24 hours." / "Wir haben an die neue Adresse geschrieben. Öffnen Sie innerhalb von 24 Stunden die Seite, die in der E-Mail steht.";
    looks = "When staff looked at you" / "Wann Mitarbeitende Sie angesehen haben";
    person_active = "active" / "aktiv";
    person_resting = "deactivated" / "ruht";
    person_aside = "set aside" / "zurückgelegt";
    person_anonymous = "anonymous" / "anonym";
    person_erased = "erased" / "gelöscht";
    trouble_title = "That did not work" / "Das hat nicht geklappt";
    trouble_back = "Back" / "Zurück";
    trouble_present = "See how it stands now" / "Sehen, wie es jetzt steht";
    trouble_meanwhile = "Nothing was changed by you just now. Perhaps somebody else was faster: look at how it stands, then go on from there." / "Sie haben eben nichts geändert. Vielleicht war jemand anderes schneller: Sehen Sie nach, wie es steht, und machen Sie dort weiter.";
    done_proved = "You have proved who you are. What you pressed before was not done yet: press it again." / "Sie haben nachgewiesen, wer Sie sind. Was Sie vorher gedrückt haben, ist noch nicht geschehen: Drücken Sie es noch einmal.";
    done_opened = "The request is open, and its clock runs." / "Der Antrag ist eröffnet, und seine Frist läuft.";
    done_letter = "The letter was written to the address on file. The page says when it was answered." / "Der Brief ging an die hinterlegte Adresse. Diese Seite zeigt, wann er beantwortet ist.";
    done_documents = "It is noted that documents were looked at." / "Es ist vermerkt, dass Unterlagen angesehen wurden.";
    done_plan = "It was worked out what would be done, see below. Nothing was changed." / "Es wurde ausgearbeitet, was getan würde, siehe unten. Nichts wurde geändert.";
    done_approve = "It is being carried out. This page shows how far it is." / "Es wird ausgeführt. Diese Seite zeigt, wie weit es ist.";
    done_retry = "It is tried again now." / "Es wird jetzt noch einmal versucht.";
    done_not_them = "It is noted that what was found is somebody else. The system is searched again." / "Es ist vermerkt, dass der Fund jemand anderes ist. Das System wird noch einmal durchsucht.";
    done_dispute = "The dispute is noted, and the data are restricted until it is settled." / "Der Streit ist vermerkt; die Daten sind eingeschränkt, bis er beigelegt ist.";
    done_complete = "The request is answered." / "Der Antrag ist beantwortet.";
    done_pause = "The clock stands still. Nothing more is begun until you let it go on." / "Die Frist steht still. Nichts Weiteres beginnt, bis Sie sie weiterlaufen lassen.";
    done_resume = "The clock goes on, and ends later by as long as it stood still." / "Die Frist läuft weiter und endet um so viel später, wie sie stillstand.";
    done_extend = "The clock is extended, and the person was written to." / "Die Frist ist verlängert, und der Person wurde geschrieben.";
    done_refuse = "The request is refused, and the person was written to." / "Der Antrag ist abgelehnt, und der Person wurde geschrieben.";
    done_erased = "The person is erased, and the request is answered." / "Die Person ist gelöscht und der Antrag beantwortet.";
    done_settled = "The dispute is over." / "Der Streit ist beendet.";
    done_allowed = "It is noted for what use goes on." / "Es ist vermerkt, wofür die Nutzung weitergeht.";
    done_objection = "The objection is answered." / "Der Widerspruch ist beantwortet.";
    done_proposed = "What the authority asks is recorded. Somebody else has to approve it; nothing was disclosed." / "Das Ersuchen ist aufgenommen. Jemand anderes muss es genehmigen; nichts wurde offengelegt.";
    done_disclosure_approve = "The disclosure is approved. Nothing was handed out yet." / "Die Offenlegung ist genehmigt. Noch wurde nichts herausgegeben.";
    done_disclosure_refuse = "The disclosure is refused. Nothing was handed out." / "Die Offenlegung ist abgelehnt. Nichts wurde herausgegeben.";
    done_lock = "The account is locked, and nobody is signed in to it." / "Das Konto ist gesperrt, und niemand ist mehr daran angemeldet.";
    done_unlock = "The account is unlocked." / "Das Konto ist entsperrt.";
    done_factors = "The factors were taken away." / "Die Faktoren wurden entfernt.";
    done_minor = "The child's account is erased." / "Das Konto des Kindes ist gelöscht.";

    staff_only = "This page is for people who work here." / "Diese Seite ist für Menschen, die hier arbeiten.";
    administrator_only = "This is for whoever administers the organisation." / "Das ist für die Verwaltung der Organisation.";
    domain_unproved = "The domain does not publish the text yet. Publish the record, wait until it can be seen, and try again." / "Die Domain veröffentlicht den Text noch nicht. Veröffentlichen Sie den Eintrag, warten Sie, bis er sichtbar ist, und versuchen Sie es noch einmal.";
    no_resolver = "No DNS resolver is configured, so that no domain can be looked at." / "Es ist kein DNS-Resolver eingerichtet; keine Domain kann geprüft werden.";
    domain_bad = "That cannot be a domain." / "Das kann keine Domain sein.";
    domain_taken = "Another organisation has this domain." / "Eine andere Organisation hat diese Domain.";
    no_frame = "The policy lets no organisation manage accounts." / "Die Erklärung lässt keine Organisation Konten verwalten.";
    nobody_there = "There is no such person here." / "Hier gibt es keine solche Person.";
    own_seat = "Nobody takes the administrator's seat from themself." / "Niemand nimmt sich selbst die Verwaltung.";

    address_waits_title = "Your new address waits" / "Ihre neue Adresse wartet";
    address_waits = "The address is confirmed. An organisation manages your account and has to approve it; you are written to when it has decided." / "Die Adresse ist bestätigt. Eine Organisation verwaltet Ihr Konto und muss ihr zustimmen; Sie bekommen eine E-Mail, sobald sie entschieden hat.";
    locked = "This account is locked. Ask the organisation whose account it is." / "Dieses Konto ist gesperrt. Fragen Sie die Organisation, bei der Sie es haben.";
    decides = "An organisation manages your account and decides about this. Make a request; you are told what it decides." / "Eine Organisation verwaltet Ihr Konto und entscheidet darüber. Stellen Sie einen Antrag; Sie erfahren, wie sie entscheidet.";
    approves = "An organisation manages your account and has to approve another address." / "Eine Organisation verwaltet Ihr Konto und muss einer anderen Adresse zustimmen.";
}

/// The sentence for an error of this part, if it is one.
pub(crate) fn said_of(language: Language, code: &str) -> Option<&'static str> {
    Some(match code {
        "account.locked" => locked(language),
        "organisation.decides" => decides(language),
        "organisation.approves" => approves(language),
        "staff.none" => staff_only(language),
        "staff.administrator" => administrator_only(language),
        "staff.own_seat" => own_seat(language),
        "domain.unproved" => domain_unproved(language),
        "domain.no_resolver" | "domain.unanswered" => no_resolver(language),
        "domain.malformed" => domain_bad(language),
        "domain.taken" => domain_taken(language),
        "organisations.none" | "organisations.no_purpose" => no_frame(language),
        "subject.unknown" | "subject.erased" => nobody_there(language),
        "client.unknown" => clients::unknown(language),
        "client.fixed" => clients::fixed(language),
        "client.purpose_unshared" => clients::unshared(language),
        "upstream.too_many" => upstreams::too_many(language),
        "risk.none" => risk::not_judged(language),
        "staff.purpose_foreign" => risk::role_needed(language),
        "key.purposes_unsaid" => keys::purposes_missing(language),
        code => {
            let of_requests = requests::said_of(language, code).or_else(|| disputes::said_of(language, code));
            return of_requests.or_else(|| disclosures::said_of(language, code));
        }
    })
}

/// What the address says was done; a word that no page here puts there says nothing.
pub(crate) fn done_said(language: Language, what: &str) -> Option<&'static str> {
    Some(match what {
        "proved" => done_proved(language),
        "opened" => done_opened(language),
        "letter" => done_letter(language),
        "documents" => done_documents(language),
        "plan" => done_plan(language),
        "approve" => done_approve(language),
        "retry" => done_retry(language),
        "not-them" => done_not_them(language),
        "dispute" => done_dispute(language),
        "complete" => done_complete(language),
        "pause" => done_pause(language),
        "resume" => done_resume(language),
        "extend" => done_extend(language),
        "refuse" => done_refuse(language),
        "erased" => done_erased(language),
        "settled" => done_settled(language),
        "allowed" => done_allowed(language),
        "objection" => done_objection(language),
        "proposed" => done_proposed(language),
        "disclosure-approve" => done_disclosure_approve(language),
        "disclosure-refuse" => done_disclosure_refuse(language),
        "lock" => done_lock(language),
        "unlock" => done_unlock(language),
        "factors" => done_factors(language),
        "minor" => done_minor(language),
        _ => return None,
    })
}

/// What state somebody's account is in.
pub(crate) fn person_state_said(language: Language, state: &str) -> &str {
    match state {
        "active" => person_active(language),
        "deactivated" => person_resting(language),
        "anonymous" => person_anonymous(language),
        "quarantined" => person_aside(language),
        "erased" => person_erased(language),
        state => state,
    }
}

/// A right by its name.
pub(crate) fn right_said(language: Language, name: &str) -> &'static str {
    match name {
        "rectification" => right_rectification(language),
        "erasure" => right_erasure(language),
        "restriction" => right_restriction(language),
        "portability" => right_portability(language),
        "objection" => right_objection(language),
        "withdrawal" => right_withdrawal(language),
        "automated_decision" => right_automated(language),
        "sale_opt_out" => right_sale(language),
        _ => right_access(language),
    }
}

/// What an entry of the sign-in audit is about.
pub(crate) fn audit_kind(language: Language, kind: &str) -> &'static str {
    match kind {
        "signed_out" => audit_signed_out(language),
        "factor_changed" => audit_factor(language),
        "credential_changed" => audit_credential(language),
        "staff_changed" => audit_staff(language),
        _ => audit_sign_in(language),
    }
}

/// What the reason of an entry says, where it is no refusal by the policy.
pub(crate) fn reason_said(language: Language, code: &str) -> Option<&'static str> {
    Some(match code {
        "staff.asked" => reason_asked(language),
        "staff.right" => reason_right(language),
        "staff.maintenance" => reason_maintenance(language),
        "staff.billing" => reason_billing(language),
        "staff.security" => reason_security(language),
        "staff.law" => reason_law(language),
        "sign_in.refused" => did_refused(language),
        "sign_in.done" => did_signed_in(language),
        "sign_in.factor_asked" => did_factor(language),
        "sign_in.denied" => did_denied(language),
        "credential.password_changed" => did_password(language),
        "credential.password_reset" => did_reset(language),
        "credential.address_changed" => did_address(language),
        "credential.address_confirmed" => did_address_confirmed(language),
        "credential.locked" => did_locked(language),
        "credential.unlocked" => did_unlocked(language),
        _ => return None,
    })
}
