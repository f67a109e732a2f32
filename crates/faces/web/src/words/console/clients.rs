//! The texts of applications at the console.

use crate::words::words;

words! {
    title = "Applications" / "Anwendungen";
    lead = "People sign in to these with their account here. Each works for one recipient of the policy, and gets what the policy shares with it."
        / "Hier melden sich Personen mit ihrem Konto an. Jede arbeitet für einen Empfänger der Erklärung und bekommt, was die Erklärung mit ihm teilt.";
    none = "People sign in to no application yet." / "Noch melden sich Personen bei keiner Anwendung an.";
    add = "Add an application" / "Anwendung hinzufügen";
    add_for(recipient: &str) = "For {recipient}" / "Für {recipient}";
    for_whom = "For whom does it work?" / "Für wen arbeitet sie?";
    for_whom_lead = "An application gets data only as its recipient, and only what the policy shares with that one."
        / "Eine Anwendung bekommt Daten nur als ihr Empfänger, und nur, was die Erklärung mit diesem teilt.";
    no_recipient = "The policy shares nothing with anybody that an application could ask for." / "Die Erklärung teilt mit niemandem etwas, das eine Anwendung verlangen könnte.";
    new_title(recipient: &str) = "A new application for {recipient}" / "Eine neue Anwendung für {recipient}";
    recipient = "Works for" / "Arbeitet für";
    client_id = "Client id" / "Client-ID";
    issuer = "Issuer" / "Aussteller";
    registered = "Since" / "Seit";
    proves_itself = "Proves itself" / "Weist sich aus";
    may_ask_for = "May ask for" / "Darf verlangen";
    nothing = "nothing but who somebody is" / "nichts außer, wer jemand ist";
    name = "What people call it" / "Wie Personen sie nennen";
    name_hint = "It stands on the page that asks whether they agree" / "Es steht auf der Seite, die um Zustimmung fragt";
    kind = "What is it?" / "Was ist sie?";
    kind_web = "A site" / "Eine Website";
    kind_native = "An app on a device" / "Eine App auf einem Gerät";
    method = "How does it prove itself?" / "Wie weist sie sich aus?";
    method_basic = "With a secret, in the header" / "Mit einem Geheimnis, im Kopf der Anfrage";
    method_post = "With a secret, in the form" / "Mit einem Geheimnis, im Formular";
    method_key = "With a key of its own" / "Mit einem eigenen Schlüssel";
    method_none = "Not at all: it can keep no secret" / "Gar nicht: Sie kann kein Geheimnis hüten";
    grants = "How does it get its tokens?" / "Wie bekommt sie ihre Token?";
    grant_code = "People sign in with their browser" / "Personen melden sich mit dem Browser an";
    grant_refresh = "It renews them while nobody is there" / "Sie erneuert sie, ohne dass jemand da ist";
    grant_client = "For itself, without a person" / "Für sich selbst, ohne eine Person";
    grant_device = "People type a code from a device's screen" / "Personen geben einen Code vom Bildschirm eines Geräts ein";
    redirects = "Where may people be sent back to?" / "Wohin dürfen Personen zurückgeschickt werden?";
    redirects_hint = "One address a line, such as https://app.example/back; compared letter by letter" / "Eine Adresse je Zeile, etwa https://app.example/back; verglichen wird Zeichen für Zeichen";
    after_logout = "And after signing out?" / "Und nach dem Abmelden?";
    after_logout_hint = "One address a line" / "Eine Adresse je Zeile";
    purposes = "Which purposes may it ask for?" / "Welche Zwecke darf sie verlangen?";
    purposes_hint = "A purpose is a scope. What each shares with the recipient stands in the policy." / "Ein Zweck ist ein Scope. Was jeder mit dem Empfänger teilt, steht in der Erklärung.";
    further = "Further settings" / "Weitere Einstellungen";
    algorithm = "What signs its ID tokens?" / "Womit werden ihre ID-Token signiert?";
    keys = "Its public keys" / "Ihre öffentlichen Schlüssel";
    keys_hint = "A JWK set, for an application that proves itself with a key" / "Ein JWK-Set, für Anwendungen, die sich mit einem Schlüssel ausweisen";
    back_channel = "Where is it told that somebody signed out?" / "Wo erfährt sie, dass sich jemand abgemeldet hat?";
    strictness = "Stricter than it has to be" / "Strenger als nötig";
    pushed = "Its requests must be pushed" / "Ihre Anfragen müssen vorab hinterlegt werden";
    bound = "Its tokens must be bound to a key (DPoP)" / "Ihre Token müssen an einen Schlüssel gebunden sein (DPoP)";
    register = "Add the application" / "Anwendung hinzufügen";
    secret = "Secret" / "Geheimnis";
    secret_lead = "A new secret takes the place of the old one at once: the application does not get in until it has it."
        / "Ein neues Geheimnis gilt sofort statt des alten: Die Anwendung kommt nicht herein, bis sie es hat.";
    renew = "Make a new secret" / "Neues Geheimnis erzeugen";
    secret_of(name: &str) = "The secret of {name}" / "Das Geheimnis von {name}";
    remove = "Remove the application" / "Anwendung entfernen";
    remove_title(name: &str) = "Remove {name}?" / "{name} entfernen?";
    remove_lead = "Nobody signs in to it from then on, and everything it was given to get in with is worth nothing at once. It cannot be taken back."
        / "Danach meldet sich dort niemand mehr an, und alles, womit sie hereinkam, ist sofort wertlos. Das lässt sich nicht zurücknehmen.";
    name_bad = "Say what it is called, in 1 to 100 characters" / "Sagen Sie, wie sie heißt, mit 1 bis 100 Zeichen";
    redirects_bad = "Name at least one address: https, or http on this machine; an app may have a scheme of its own with a dot. No fragment, no wildcard."
        / "Nennen Sie mindestens eine Adresse: https, oder http auf diesem Gerät; eine App darf ein eigenes Schema mit Punkt haben. Kein Fragment, kein Platzhalter.";
    grants_missing = "Tick how it gets its tokens" / "Kreuzen Sie an, wie sie ihre Token bekommt";
    grants_unproved = "Only an application that can prove itself gets tokens for itself" / "Nur eine Anwendung, die sich ausweisen kann, bekommt Token für sich selbst";
    keys_bad = "These are no public keys that can be read here" / "Das sind keine öffentlichen Schlüssel, die hier gelesen werden können";
    back_channel_bad = "The address must begin with https" / "Die Adresse muss mit https beginnen";
    method_missing = "Choose how it proves itself" / "Wählen Sie, wie sie sich ausweist";
    fixed = "For whom it works and how it proves itself stay as they are: for another, add another application." / "Für wen sie arbeitet und wie sie sich ausweist, bleibt: Für anderes fügen Sie eine andere Anwendung hinzu.";
    unknown = "There is no such application." / "Diese Anwendung gibt es nicht.";
    unshared = "The policy shares nothing with this recipient for one of the purposes." / "Die Erklärung teilt mit diesem Empfänger zu einem der Zwecke nichts.";
    malformed = "Something of the application's settings cannot be held." / "Eine der Einstellungen der Anwendung lässt sich nicht halten.";
}
