// A relying party out of openid-client: takes each flow step by step, as a command says.
//
// Started with issuer, client id, secret (may be empty) and the way to present itself. A command is { id, act, ... }; its
// answer { id, value } or { id, error }.

import { createInterface } from 'node:readline';
import * as oidc from 'openid-client';

const [issuer, clientId, secret, method] = process.argv.slice(2);
const insecure = { execute: [oidc.allowInsecureRequests] };
const ways = {
  client_secret_basic: () => oidc.ClientSecretBasic(secret),
  client_secret_post: () => oidc.ClientSecretPost(secret),
  none: () => oidc.None(),
};
let config;
let dpop;
const pending = new Map();

async function configured() {
  if (config) return config;
  if (method === 'private_key_jwt') {
    const key = await crypto.subtle.importKey('jwk', JSON.parse(secret), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    config = await oidc.discovery(new URL(issuer), clientId, {}, oidc.PrivateKeyJwt(key), insecure);
  } else {
    config = await oidc.discovery(new URL(issuer), clientId, {}, ways[method](), insecure);
  }
  return config;
}

const handle = async () => (dpop ??= oidc.getDPoPHandle(await configured(), await oidc.randomDPoPKeyPair('ES256')));

const acts = {
  // What must be registered for `private_key_jwt`.
  async keys() {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const bare = async (key) => crypto.subtle.exportKey('jwk', key);
    const { kty, crv, x, y } = await bare(pair.publicKey);
    return { private: await bare(pair.privateKey), public: { kty, crv, x, y } };
  },
  async begin({ redirect, scope, par, bound, extra }) {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const nonce = oidc.randomNonce();
    const params = {
      redirect_uri: redirect,
      scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...extra,
    };
    const options = bound ? { DPoP: await handle() } : undefined;
    const url = par
      ? await oidc.buildAuthorizationUrlWithPAR(await configured(), params, options)
      : oidc.buildAuthorizationUrl(await configured(), params);
    pending.set('now', { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true });
    return url.href;
  },
  async finish({ url, bound }) {
    const options = bound ? { DPoP: await handle() } : undefined;
    const tokens = await oidc.authorizationCodeGrant(await configured(), new URL(url), pending.get('now'), undefined, options);
    return { ...tokens, claims: tokens.claims() };
  },
  async userinfo({ token, sub, bound }) {
    return oidc.fetchUserInfo(await configured(), token, sub, bound ? { DPoP: await handle() } : undefined);
  },
  async refresh({ token, bound }) {
    return oidc.refreshTokenGrant(await configured(), token, undefined, bound ? { DPoP: await handle() } : undefined);
  },
  async own({ scope }) {
    return oidc.clientCredentialsGrant(await configured(), scope ? { scope } : {});
  },
  async introspect({ token }) {
    return oidc.tokenIntrospection(await configured(), token);
  },
  async revoke({ token }) {
    await oidc.tokenRevocation(await configured(), token);
    return null;
  },
  async device({ scope }) {
    const begun = await oidc.initiateDeviceAuthorization(await configured(), { scope });
    pending.set('device', begun);
    return begun;
  },
  // It asks again by itself, as often as it was told to.
  async poll() {
    const tokens = await oidc.pollDeviceAuthorizationGrant(await configured(), { ...pending.get('device'), interval: 1 });
    return { ...tokens, claims: tokens.claims() };
  },
  async leave({ hint, to }) {
    const params = { post_logout_redirect_uri: to, id_token_hint: hint, state: 'left' };
    return oidc.buildEndSessionUrl(await configured(), params).href;
  },
  async register({ token, metadata }) {
    const made = await oidc.dynamicClientRegistration(new URL(issuer), metadata, undefined, {
      initialAccessToken: token,
      ...insecure,
    });
    return made.clientMetadata();
  },
};

process.stdout.write('{"ready":true}\n');
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const reply = await acts[command.act](command).then(
    (value) => ({ value: value ?? null }),
    (error) => ({ error: `${error.error ?? error.code ?? error.name}: ${error.error_description ?? error.message} ${error.cause?.message ?? ''}` }),
  );
  process.stdout.write(`${JSON.stringify({ id: command.id, ...reply })}\n`);
}
