//! What the page says, in both languages side by side.

use candor_words::Language;

/// A text of the language.
pub(super) const fn say(language: Language, english: &'static str, german: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::German => german,
    }
}

pub(super) fn title(language: Language, organisation: &str) -> String {
    match language {
        Language::English => format!("What {organisation} keeps about you"),
        Language::German => format!("Was {organisation} über Sie gespeichert hat"),
    }
}

/// How much of a table is shown.
pub(super) fn shown(language: Language, n_shown: usize, n_rows: u64) -> String {
    let is_all = n_shown as u64 == n_rows;
    match language {
        Language::English if is_all && n_rows == 1 => "One row. File:".to_owned(),
        Language::German if is_all && n_rows == 1 => "Eine Zeile. Datei:".to_owned(),
        Language::English if is_all => format!("All {n_rows} rows. File:"),
        Language::English => format!("The first {n_shown} of {n_rows} rows; long values are cut here. All of it:"),
        Language::German if is_all => format!("Alle {n_rows} Zeilen. Datei:"),
        Language::German => {
            format!("Die ersten {n_shown} von {n_rows} Zeilen; lange Angaben sind hier gekürzt. Alles:")
        }
    }
}

pub(super) fn values(language: Language, n: u64) -> String {
    match (language, n) {
        (Language::English, 1) => "one value".to_owned(),
        (Language::English, n) => format!("{n} values"),
        (Language::German, 1) => "eine Angabe".to_owned(),
        (Language::German, n) => format!("{n} Angaben"),
    }
}

pub(super) fn goes_on(language: Language, n: u64) -> String {
    match language {
        Language::English => format!("(in {n} parts, the last one:"),
        Language::German => format!("(in {n} Teilen, der letzte:"),
    }
}

/// How reading a system ended.
pub(super) fn state(language: Language, state: &str, n_rows: u64) -> String {
    match (state, language) {
        ("read", Language::English) => format!("read, {n_rows} rows"),
        ("read", Language::German) => format!("gelesen, {n_rows} Zeilen"),
        ("not_connected", Language::English) => {
            "not connected; the organisation has to give this part itself".to_owned()
        }
        ("not_connected", Language::German) => {
            "nicht verbunden; diesen Teil muss die Organisation selbst geben".to_owned()
        }
        (_, Language::English) => {
            "could not be read to its end; the organisation has to give the rest itself".to_owned()
        }
        (_, Language::German) => {
            "konnte nicht bis zum Ende gelesen werden; den Rest muss die Organisation selbst geben".to_owned()
        }
    }
}

/// What the person is to a row of a connected system.
pub(super) const fn role(language: Language, role: &str) -> &'static str {
    match role.as_bytes() {
        b"owner" => say(language, "it is yours", "gehört Ihnen"),
        _ => say(language, "it mentions you", "erwähnt Sie"),
    }
}

/// Why values are not given, where that is said in both languages.
pub(super) fn reason(language: Language, code: &str) -> Option<&'static str> {
    Some(match code {
        "others.information" => say(
            language,
            "It may hold information about other people and is not in your own words",
            "Es kann Angaben über andere Menschen enthalten und stammt nicht von Ihnen selbst",
        ),
        "value.not_provided" => say(language, "You did not provide it yourself", "Sie haben es nicht selbst angegeben"),
        "value.too_long" => say(
            language,
            "It is longer than an archive takes; the organisation gives it separately",
            "Es ist länger, als ein Archiv aufnimmt; die Organisation gibt es gesondert heraus",
        ),
        _ => return None,
    })
}

/// The title of a table that no policy names.
pub(super) fn sheet(language: Language, name: &str) -> String {
    match name {
        "choices" => say(language, "What you chose", "Was Sie entschieden haben").to_owned(),
        "recipients" => {
            say(language, "Who may receive it, and did", "Wer es bekommen darf und bekommen hat").to_owned()
        }
        "accesses" => {
            say(language, "Each time it was read or changed", "Jedes Mal, dass es gelesen oder geändert wurde")
                .to_owned()
        }
        name => name.to_owned(),
    }
}

/// The heading of a column that is not a field.
pub(super) fn heading(language: Language, column: &str) -> Option<&'static str> {
    Some(match column {
        "record" => say(language, "Record", "Datensatz"),
        "version" => say(language, "Version", "Version"),
        "created_at" => say(language, "Made at", "Angelegt am"),
        "replaced_at" => say(language, "Replaced at", "Ersetzt am"),
        "withheld" => say(language, "Not given", "Nicht ausgegeben"),
        "key" => say(language, "Row", "Zeile"),
        "role" => say(language, "Whose", "Wessen"),
        "further" => say(language, "Further", "Weiteres"),
        "at" => say(language, "When", "Wann"),
        "kind" => say(language, "What", "Was"),
        "purpose" => say(language, "What for", "Wofür"),
        "entry" => say(language, "Entry", "Eintrag"),
        "detail" => say(language, "Details", "Einzelheiten"),
        "name" => say(language, "Name", "Name"),
        "title" => say(language, "Called", "Bezeichnung"),
        "country" => say(language, "Country", "Land"),
        "policy" => say(language, "Privacy policy", "Datenschutzerklärung"),
        "fields" => say(language, "Which data", "Welche Angaben"),
        "n_disclosures" => say(language, "How often", "Wie oft"),
        "last_disclosure" => say(language, "Last", "Zuletzt"),
        "actor" => say(language, "By whom", "Durch wen"),
        "recipient" => say(language, "Given to", "Gegeben an"),
        "ground" => say(language, "On what ground", "Auf welcher Grundlage"),
        "reason" => say(language, "Reason", "Grund"),
        _ => return None,
    })
}

/// What a file is.
pub(super) fn file(language: Language, name: &str) -> &'static str {
    match name {
        "README.txt" => say(
            language,
            "what is in this archive, and how to check it",
            "was in diesem Archiv ist und wie man es prüft",
        ),
        "export.json" => say(language, "everything, for programs", "alles, für Programme"),
        "connected-systems.csv" => say(
            language,
            "which systems were asked, and which the organisation has to answer for itself",
            "welche Systeme gefragt wurden und für welche die Organisation selbst antworten muss",
        ),
        "choices.csv" => say(
            language,
            "what you consented to, objected to, and so on",
            "wozu Sie eingewilligt, wogegen Sie widersprochen haben und so weiter",
        ),
        "recipients.csv" => {
            say(language, "who receives what, and how often they did", "wer was bekommt und wie oft das geschah")
        }
        "accesses.csv" => say(
            language,
            "each time your data was read, and for what",
            "jedes Mal, dass Ihre Daten gelesen wurden, und wofür",
        ),
        "SHA256SUMS" => say(
            language,
            "a digest of each file; SHA256SUMS.note is the organisation's signature over it",
            "eine Prüfsumme jeder Datei; SHA256SUMS.note ist die Unterschrift der Organisation darunter",
        ),
        name if name.starts_with("systems/") => say(
            language,
            "what a connected system holds about you, as a table",
            "was ein verbundenes System über Sie gespeichert hat, als Tabelle",
        ),
        _ => say(language, "your records of this kind, as a table", "Ihre Datensätze dieser Art, als Tabelle"),
    }
}
