//! The texts of connected systems.

use crate::words::words;

words! {
    title = "Systems" / "Systeme";
    lead = "Where the policy in force says that personal data lives outside the vault. A request goes to each of them that is reached from here." / "Wo nach der geltenden Erklärung personenbezogene Daten außerhalb des Tresors liegen. Ein Antrag geht an jedes davon, das von hier aus erreicht wird.";
    by_hand(n: u64) = "1 system is not reached: somebody has to see to it by hand, for every request." | "{n} systems are not reached: somebody has to see to them by hand, for every request." / "1 System wird nicht erreicht: Jemand muss sich bei jedem Antrag von Hand darum kümmern." | "{n} Systeme werden nicht erreicht: Jemand muss sich bei jedem Antrag von Hand darum kümmern.";
    none = "The policy names no system." / "Die Erklärung nennt kein System.";
    system = "System" / "System";
    name = "Name in the policy" / "Name in der Erklärung";
    kind = "Kind" / "Art";
    kind_http = "web service" / "Webdienst";
    kind_files = "files" / "Dateien";
    state = "State" / "Zustand";
    reached = "reached" / "erreicht";
    not_reached = "not reached" / "nicht erreicht";
    not_reached_note = "The server was given no address for this system, or does not speak its kind. Whoever runs the server sets it there." / "Der Server hat keine Adresse für dieses System, oder er spricht seine Art nicht. Wer den Server betreibt, stellt sie dort ein.";
    address = "Its address" / "Seine Adresse";
    variable = "where the server runs, as" / "dort, wo der Server läuft, als";
    secret = "in the secret" / "im Geheimnis";
    places = "Places" / "Orte";
    all_places(n: &str) = "All {n} places" / "Alle {n} Orte";
    place = "Place" / "Ort";
    compare = "Compare with the live system" / "Mit dem laufenden System vergleichen";
    as_mapped = "It answers, and is as the policy describes it." / "Es antwortet und ist so, wie die Erklärung es beschreibt.";
    found = "How it differs" / "Was anders ist";
    weight = "Weight" / "Gewicht";
    is_error = "stands in the way" / "steht im Weg";
    is_warning = "look at it" / "ansehen";
    what = "What it is" / "Was es ist";
    cut = "There is more than is shown here." / "Es gibt mehr, als hier gezeigt wird.";
    back = "All systems" / "Alle Systeme";
}
