"""A relying party out of Authlib: takes the code flow step by step, as a command says.

Started with issuer, client id and secret. A command is {"id", "act", ...}; its answer {"id", "value"} or {"id", "error"}.
"""

import json
import os
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

issuer, client_id, secret = sys.argv[1:4]
known = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=20).json()
session = None
expected = {}


def begin(redirect, scope):
    global session
    session = OAuth2Session(
        client_id,
        secret,
        scope=scope,
        redirect_uri=redirect,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
    )
    expected.update(verifier=generate_token(64), nonce=generate_token(20))
    url, expected["state"] = session.create_authorization_url(
        known["authorization_endpoint"], code_verifier=expected["verifier"], nonce=expected["nonce"]
    )
    return url


def finish(url):
    tokens = session.fetch_token(
        known["token_endpoint"],
        authorization_response=url,
        code_verifier=expected["verifier"],
        state=expected["state"],
    )
    keys = KeySet.import_key_set(requests.get(known["jwks_uri"], timeout=20).json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["EdDSA", "Ed25519", "ES256", "RS256"]).claims
    assert claims["iss"] == issuer and claims["aud"] == client_id and claims["nonce"] == expected["nonce"], claims
    return {**tokens, "claims": claims}


def userinfo():
    answer = session.get(known["userinfo_endpoint"], timeout=20)
    answer.raise_for_status()
    return answer.json()


def refresh():
    return dict(session.refresh_token(known["token_endpoint"]))


def introspect(token):
    return session.introspect_token(known["introspection_endpoint"], token=token).json()


def revoke(token):
    return session.revoke_token(known["revocation_endpoint"], token=token).status_code


def own(scope):
    own_session = OAuth2Session(client_id, secret, token_endpoint_auth_method="client_secret_basic")
    return dict(own_session.fetch_token(known["token_endpoint"], grant_type="client_credentials", scope=scope))


ACTS = {act.__name__: act for act in (begin, finish, userinfo, refresh, introspect, revoke, own)}

print('{"ready": true}', flush=True)
for line in sys.stdin:
    command = json.loads(line)
    number, act = command.pop("id"), command.pop("act")
    try:
        reply = {"value": ACTS[act](**command)}
    except Exception as error:  # whatever the library raises is the answer
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps({"id": number, **reply}), flush=True)
