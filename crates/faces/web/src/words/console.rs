//! The texts of the administrator console, and of accounts that an organisation manages.

use crate::Language;
use crate::words::words;

words! {
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
        _ => return None,
    })
}
