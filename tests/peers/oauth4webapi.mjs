// A relying party that is written out of oauth4webapi's own functions: every request is made, and every answer checked, by hand.
//
// Started with issuer, client id, secret and the way to present itself. A command is { id, act, ... }; its answer
// { id, value } or { id, error }. What a flow needs later (verifier, state, nonce, key) is remembered here.

import { createInterface } from 'node:readline';
import * as oauth from 'oauth4webapi';

const [issuer, clientId, secret, method] = process.argv.slice(2);
const open = { [oauth.allowInsecureRequests]: true };
const client = { client_id: clientId };
const ways = {
  client_secret_basic: () => oauth.ClientSecretBasic(secret),
  client_secret_post: () => oauth.ClientSecretPost(secret),
  none: () => oauth.None(),
};
const proof = ways[method]();
const url = new URL(issuer);
const server = await oauth
  .discoveryRequest(url, { algorithm: 'oidc', ...open })
  .then((answer) => oauth.processDiscoveryResponse(url, answer));
let flow = {};
let key;

const bound = async (is) => {
  if (!is) return open;
  key ??= oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
  return { DPoP: key, ...open };
};

// Tokens, after the answer was checked in every way: claims, and the signature against the published keys.
async function checked(answer, tokens) {
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  if (claims) await oauth.validateApplicationLevelSignature(server, answer, open);
  return { ...tokens, claims: claims ?? null };
}

const acts = {
  async discovered() {
    // The same document stands where OAuth alone looks for it.
    const answer = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...open });
    return { oidc: server, oauth2: answer.status };
  },
  async begin({ redirect, scope, push, dpop }) {
    flow = { verifier: oauth.generateRandomCodeVerifier(), state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), redirect };
    const params = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirect,
      response_type: 'code',
      scope,
      code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
      state: flow.state,
      nonce: flow.nonce,
    });
    const to = new URL(server.authorization_endpoint);
    if (push) {
      const answer = await oauth.pushedAuthorizationRequest(server, client, proof, params, await bound(dpop));
      const pushed = await oauth.processPushedAuthorizationResponse(server, client, answer);
      to.search = new URLSearchParams({ client_id: clientId, request_uri: pushed.request_uri });
      return to.href;
    }
    to.search = params;
    return to.href;
  },
  async finish({ url, dpop, verifier, nonce }) {
    const params = oauth.validateAuthResponse(server, client, new URL(url), flow.state);
    const answer = await oauth.authorizationCodeGrantRequest(
      server, client, proof, params, flow.redirect, verifier ?? flow.verifier, await bound(dpop),
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
      expectedNonce: nonce ?? flow.nonce,
      requireIdToken: true,
    });
    return checked(answer, tokens);
  },
  async userinfo({ token, sub, dpop }) {
    const answer = await oauth.userInfoRequest(server, client, token, await bound(dpop));
    return oauth.processUserInfoResponse(server, client, sub, answer);
  },
  // As a service that is handed the token: its form, signature and audience, and the key that it is bound to.
  async accept({ token, dpop }) {
    const target = new URL('/resource', issuer);
    const answer = {};
    await oauth.protectedResourceRequest(token, 'GET', target, new Headers(), null, {
      ...(await bound(dpop)),
      [oauth.customFetch]: async (at, options) => {
        answer.request = new Request(at, { method: options.method, headers: options.headers });
        return new Response('{}');
      },
    });
    return oauth.validateJwtAccessToken(server, answer.request, issuer, open);
  },
  async refresh({ token, dpop }) {
    const answer = await oauth.refreshTokenGrantRequest(server, client, proof, token, await bound(dpop));
    return checked(answer, await oauth.processRefreshTokenResponse(server, client, answer));
  },
  async own({ scope, dpop }) {
    const answer = await oauth.clientCredentialsGrantRequest(server, client, proof, scope ? { scope } : {}, await bound(dpop));
    return oauth.processClientCredentialsResponse(server, client, answer);
  },
  async introspect({ token }) {
    const answer = await oauth.introspectionRequest(server, client, proof, token, open);
    return oauth.processIntrospectionResponse(server, client, answer);
  },
  async revoke({ token }) {
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, proof, token, open));
    return null;
  },
  async device({ scope }) {
    const answer = await oauth.deviceAuthorizationRequest(server, client, proof, { scope }, open);
    flow.device = await oauth.processDeviceAuthorizationResponse(server, client, answer);
    return flow.device;
  },
  // Asks once.
  async poll() {
    const answer = await oauth.deviceCodeGrantRequest(server, client, proof, flow.device.device_code, open);
    return checked(answer, await oauth.processDeviceCodeResponse(server, client, answer));
  },
  async leave({ hint, to }) {
    const at = new URL(server.end_session_endpoint);
    at.search = new URLSearchParams({ client_id: clientId, id_token_hint: hint, post_logout_redirect_uri: to, state: 'left' });
    return at.href;
  },
};

const said = (error) => `${error.error ?? error.code ?? error.name}: ${error.error_description ?? error.message} ${error.cause?.message ?? ''}`;

process.stdout.write('{"ready":true}\n');
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const reply = await acts[command.act](command).then((value) => ({ value: value ?? null }), (error) => ({ error: said(error) }));
  process.stdout.write(`${JSON.stringify({ id: command.id, ...reply })}\n`);
}
