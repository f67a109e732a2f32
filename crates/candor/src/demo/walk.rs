//! The guided walk: lines to paste, with the ids and keys of this very demo in them.

use std::path::Path;

/// What the walk needs to know.
pub struct Walk<'a> {
    /// The server's address, `http://…`.
    pub server: &'a str,
    /// A key of the tenant with every scope.
    pub key: &'a str,
    /// The tenant's name in addresses.
    pub tenant: &'a str,
    /// The verifier key of its ledger.
    pub verifier_key: &'a str,
    /// Somebody to walk with.
    pub subject: &'a str,
    /// That person's address.
    pub email: &'a str,
    /// How to run `candor`.
    pub candor: &'a str,
    /// How to run `ledger-check`.
    pub ledger_check: &'a str,
    /// Where the walk may leave files.
    pub folder: &'a Path,
}

/// The walk as text: comments say what is to be seen.
pub fn text(walk: &Walk<'_>) -> String {
    let Walk { server, key, tenant, verifier_key, subject, email, candor, ledger_check, folder } = walk;
    let folder = folder.display();
    format!(
        r#"# ── paste this first: an address, a key, a person, and a short name for curl ──
CANDOR={server}
KEY={key}
S={subject}
candor_api() {{ curl -sS -w '\n' -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' "$@"; }}

# 1. find the person by address; the purpose must be one that may use it
candor_api $CANDOR/v1/subjects/find -d '{{"purpose": "support", "field": "account.email", "value": "{email}"}}'

# 2. read for a purpose: support may use the address of the account
candor_api $CANDOR/v1/subjects/$S/read -d '{{"purpose": "support", "fields": ["account.email", "account.company"]}}'

# 3. be refused: addresses are not for marketing unless the person says so, and the attempt is logged
candor_api $CANDOR/v1/subjects/$S/read -d '{{"purpose": "news", "fields": ["account.email"]}}'

# 4. news goes to those who wrote to us and said yes: this person has not
candor_api $CANDOR/v1/subjects/$S/read -d '{{"purpose": "news", "fields": ["enquiry.email"]}}'

# 5. say yes, and say it again over the channel (double opt-in): now it may
candor_api $CANDOR/v1/subjects/$S/consents -d '{{"purpose": "news", "act": "given", "method": "web_form"}}'
candor_api $CANDOR/v1/subjects/$S/consents -d '{{"purpose": "news", "act": "confirmed"}}'
candor_api $CANDOR/v1/subjects/$S/read -d '{{"purpose": "news", "fields": ["enquiry.email"]}}'
sleep 1; THEN=$(date -u +%FT%TZ); sleep 1

#    even so, the address of the account is not for news: the policy does not let that purpose use it
candor_api $CANDOR/v1/subjects/$S/read -d '{{"purpose": "news", "fields": ["account.email"]}}'

# 6. withdraw it: the next read is refused at once
candor_api $CANDOR/v1/subjects/$S/consents -d '{{"purpose": "news", "act": "withdrawn"}}'
candor_api $CANDOR/v1/subjects/$S/read -d '{{"purpose": "news", "fields": ["enquiry.email"]}}'

# 7. why: now, and at the moment when it was allowed
candor_api $CANDOR/v1/subjects/$S/why -d '{{"question": {{"purpose": "news", "fields": ["enquiry.email"]}}}}'
candor_api $CANDOR/v1/subjects/$S/why -d '{{"at": "'$THEN'", "question": {{"purpose": "news", "fields": ["enquiry.email"]}}}}'

# 8. who read what about this person
candor_api "$CANDOR/v1/subjects/$S/accesses?limit=8"

# 9. everything about this person, in one archive of JSON and tables
candor_api -X POST "$CANDOR/v1/subjects/$S/export?kind=access" -w '' -o {folder}/export.zip
ls -l {folder}/export.zip

# 10. erase, and try to read again
ERASED=$(candor_api $CANDOR/v1/subjects/$S/erase -d '{{}}'); echo "$ERASED"
candor_api $CANDOR/v1/subjects/$S/read -d '{{"purpose": "support", "fields": ["account.email"]}}'

# 11. the receipt of the erasure, verified offline; then the whole ledger
ENTRY=$(echo "$ERASED" | sed 's/.*"entry":\([0-9]*\).*/\1/')
curl -sS $CANDOR/ledger/{tenant}/receipts/$ENTRY -o {folder}/receipt.json
echo '{verifier_key}' > {folder}/ledger.key
{ledger_check} --receipt {folder}/receipt.json --key-file {folder}/ledger.key
{ledger_check} $CANDOR/ledger/{tenant} --key-file {folder}/ledger.key

# 12. the policy itself, asked without any server
{candor} explain {folder}/{tenant}.candor --purpose news --field account.email --consented
{candor} table {folder}/{tenant}.candor --purpose support
"#
    )
}
