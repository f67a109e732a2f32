//! The texts of places to sign in elsewhere, at the console.

use crate::words::words;

words! {
    title = "Signing in elsewhere" / "Anmeldung anderswo";
    lead = "Providers and company directories where people may sign in. Before anybody is asked about them, people are asked themselves."
        / "Anbieter und Firmenverzeichnisse, bei denen Personen sich anmelden können. Bevor jemand über sie gefragt wird, werden sie selbst gefragt.";
    none = "People sign in here alone." / "Personen melden sich nur hier an.";
    add = "Add a place" / "Einen Ort hinzufügen";
    add_google = "Google" / "Google";
    add_microsoft = "Microsoft" / "Microsoft";
    add_plain = "Another provider (OpenID Connect)" / "Anderer Anbieter (OpenID Connect)";
    add_company = "A company's directory (LDAP, Active Directory)" / "Ein Firmenverzeichnis (LDAP, Active Directory)";
    kind_provider = "Provider" / "Anbieter";
    kind_company = "Directory" / "Verzeichnis";
    purpose = "For the purpose" / "Zum Zweck";
    fetched = "What is fetched" / "Was geholt wird";
    nothing = "nothing but who somebody is" / "nichts außer, wer jemand ist";
    opens = "Opens accounts" / "Eröffnet Konten";
    opens_yes = "yes" / "ja";
    opens_no = "no: only people who have one" / "nein: nur für Personen, die eins haben";
    issuer = "Issuer" / "Aussteller";
    issuer_hint = "As the provider describes itself, such as https://id.example" / "Wie der Anbieter sich selbst beschreibt, etwa https://id.example";
    client_id = "Client id" / "Client-ID";
    client_id_hint = "Who you are to it" / "Wer Sie dort sind";
    client_secret = "Client secret" / "Client-Geheimnis";
    client_secret_hint = "Sealed, and never shown again" / "Wird versiegelt und nie wieder gezeigt";
    again_hint = "Has to be given again whenever the place is changed" / "Muss bei jeder Änderung neu angegeben werden";
    directories = "Whose people may come?" / "Wessen Leute dürfen kommen?";
    directories_hint = "Microsoft's tenant ids, one a line; everybody's when it is empty" / "Microsofts Mandanten-IDs, eine je Zeile; leer: alle";
    redirect = "Register this address there" / "Diese Adresse dort eintragen";
    name = "Its name in addresses" / "Ihr Name in Adressen";
    name_hint = "1 to 32 of a–z, 0–9, _; the policy names it: from linked NAME" / "1 bis 32 von a–z, 0–9, _; die Erklärung nennt ihn: from linked NAME";
    place_title = "What people call it" / "Wie Personen sie nennen";
    for_which = "What is it for?" / "Wozu dient sie?";
    fields = "What is fetched, and where is it kept?" / "Was wird geholt, und wo wird es gespeichert?";
    fields_hint_provider = "The claim that each is kept from; what is left empty is not fetched" / "Der Claim, aus dem jedes kommt; was leer bleibt, wird nicht geholt";
    fields_hint_company = "The attribute that each is kept from; what is left empty is not fetched" / "Das Attribut, aus dem jedes kommt; was leer bleibt, wird nicht geholt";
    fields_none = "The policy lets nothing be kept from there." / "Die Erklärung lässt von dort nichts speichern.";
    from_linked(name: &str) = "from {name}" / "von {name}";
    opens_accounts = "Who has no account gets one" / "Wer kein Konto hat, bekommt eins";
    address = "Address" / "Adresse";
    address_hint = "Such as ldaps://ad.company.example" / "Etwa ldaps://ad.firma.example";
    start_tls = "Begin in the clear and then protect it (StartTLS)" / "Ungeschützt beginnen und dann absichern (StartTLS)";
    base = "Below which entry" / "Unter welchem Eintrag";
    base_hint = "Such as DC=company,DC=example" / "Etwa DC=firma,DC=example";
    filter = "How somebody is found" / "Wie jemand gefunden wird";
    filter_hint = "{user} stands for the name that is typed. Active Directory: (sAMAccountName={user})" / "{user} steht für den eingegebenen Namen. Active Directory: (sAMAccountName={user})";
    id_attribute = "What names a person for good" / "Was eine Person auf Dauer bezeichnet";
    id_attribute_hint = "Active Directory: objectGUID; other directories: entryUUID" / "Active Directory: objectGUID; andere Verzeichnisse: entryUUID";
    reader = "Who looks for people" / "Wer nach Personen sucht";
    reader_hint = "The name of its entry; nobody when it is empty" / "Der Name seines Eintrags; leer: niemand";
    reader_password = "Its password" / "Sein Passwort";
    trusted = "Certificates to trust (PEM)" / "Vertraute Zertifikate (PEM)";
    trusted_hint = "Those of the company's own authority" / "Die der firmeneigenen Zertifizierungsstelle";
    keep = "Keep the place" / "Ort speichern";
    new_google = "Sign in with Google" / "Anmeldung mit Google";
    new_microsoft = "Sign in with Microsoft" / "Anmeldung mit Microsoft";
    new_plain = "Sign in with another provider" / "Anmeldung bei einem anderen Anbieter";
    new_company = "Sign in with a company's directory" / "Anmeldung mit einem Firmenverzeichnis";
    remove = "Remove" / "Entfernen";
    remove_title(name: &str) = "Remove {name}?" / "{name} entfernen?";
    remove_lead = "Nobody signs in there any more. Who is linked has to sign in another way, and is linked to nothing if the place is added again."
        / "Danach meldet sich dort niemand mehr an. Wer verknüpft ist, muss sich anders anmelden und ist mit nichts verknüpft, wenn der Ort wieder hinzukommt.";
    bad_name = "1 to 32 of a–z, 0–9 and _" / "1 bis 32 von a–z, 0–9 und _";
    bad_title = "Say what it is called, in 1 to 128 characters" / "Sagen Sie, wie sie heißt, mit 1 bis 128 Zeichen";
    bad_issuer = "An address that begins with https" / "Eine Adresse, die mit https beginnt";
    bad_client_id = "Say who you are to it" / "Sagen Sie, wer Sie dort sind";
    bad_address = "An address that begins with ldaps:// or ldap://" / "Eine Adresse, die mit ldaps:// oder ldap:// beginnt";
    bad_filter = "A filter that holds {user}" / "Ein Filter, der {user} enthält";
    bad_text = "This is too long, or cannot be read" / "Das ist zu lang oder nicht lesbar";
    purpose_missing = "Choose what it is for" / "Wählen Sie, wozu sie dient";
    not_permitted = "The policy does not let this purpose keep one of these from there" / "Die Erklärung lässt diesen Zweck eines davon nicht von dort speichern";
    claim_twice = "Each claim is kept in one field" / "Jeder Claim wird in einem Feld gespeichert";
    too_many = "There are 20 places already." / "Es gibt schon 20 Orte.";
    unknown = "There is no such place." / "Diesen Ort gibt es nicht.";
}
