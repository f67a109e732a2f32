//! The texts of API keys at the console.

use crate::words::words;

words! {
    lead = "What programs prove themselves with. Only the first part of a key stands here; its secret was shown once."
        / "Womit Programme sich ausweisen. Hier steht nur der erste Teil eines Schlüssels; sein Geheimnis wurde einmal gezeigt.";
    none = "No program has a key yet." / "Noch hat kein Programm einen Schlüssel.";
    issue = "Issue a key" / "Schlüssel ausstellen";
    issue_lead = "A key that reads does so for the purposes ticked here and no others; whoever is read sees the key's name."
        / "Ein Schlüssel, der liest, tut es nur zu den hier angekreuzten Zwecken; wer gelesen wird, sieht den Namen des Schlüssels.";
    label = "What you call it" / "Wie Sie ihn nennen";
    label_hint = "The program that will hold it, such as “mailer”; people read this name" / "Das Programm, das ihn bekommt, etwa „mailer“; Personen lesen diesen Namen";
    scopes = "What may it do?" / "Was darf er?";
    may = "May" / "Darf";
    scope_read = "Read fields for a purpose" / "Felder zu einem Zweck lesen";
    scope_write = "Create people and write records" / "Personen anlegen und Datensätze schreiben";
    scope_consent = "Record consents and other choices" / "Einwilligungen und andere Entscheidungen festhalten";
    scope_rights = "Carry out rights: copies, corrections, erasures" / "Rechte ausführen: Kopien, Berichtigungen, Löschungen";
    scope_hold = "Place and lift legal holds" / "Rechtliche Sperren setzen und aufheben";
    scope_approve = "Approve disclosures to authorities" / "Auskünften an Behörden zustimmen";
    scope_audit = "See who read what, and why" / "Sehen, wer was warum gelesen hat";
    scope_admin = "Administer: policies, keys, clients, accounts" / "Verwalten: Erklärungen, Schlüssel, Anwendungen, Konten";
    purposes = "For which purposes?" / "Zu welchen Zwecken?";
    purposes_hint = "A key that reads needs at least one. Without any, other keys are bound to none." / "Ein Schlüssel, der liest, braucht mindestens einen. Ohne Auswahl ist ein anderer Schlüssel an keinen gebunden.";
    for_purposes = "For" / "Zu";
    every_purpose = "every purpose" / "jedem Zweck";
    recipient = "For whom?" / "Für wen?";
    recipient_none = "For the organisation itself" / "Für die Organisation selbst";
    for_recipient = "Bound to" / "Gebunden an";
    lifetime = "How long is it good?" / "Wie lange gilt er?";
    days_30 = "30 days" / "30 Tage";
    days_90 = "90 days" / "90 Tage";
    days_365 = "A year" / "Ein Jahr";
    no_end = "Until it is revoked" / "Bis er widerrufen wird";
    until = "Good until" / "Gilt bis";
    until_revoked = "it is revoked" / "zum Widerruf";
    expired = "expired" / "abgelaufen";
    revoked = "revoked" / "widerrufen";
    revoke = "Revoke" / "Widerrufen";
    revoke_named(label: &str) = "Revoke: {label}" / "Widerrufen: {label}";
    issued(label: &str) = "The key “{label}”" / "Der Schlüssel „{label}“";
    label_missing = "Say what the key is called, in 1 to 100 characters" / "Sagen Sie, wie der Schlüssel heißt, mit 1 bis 100 Zeichen";
    scopes_missing = "Tick what the key may do" / "Kreuzen Sie an, was der Schlüssel darf";
    purposes_missing = "Tick the purposes that it reads for" / "Kreuzen Sie an, zu welchen Zwecken er liest";
    lifetime_missing = "Choose how long it is good" / "Wählen Sie, wie lange er gilt";
}
