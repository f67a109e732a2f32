// An upstream provider for the tests: oidc-provider with a few people, and a record of every request it got.
//
// Arguments: the client's redirect URI, and the people as JSON: { name: { claim: value, … }, … }. It offers three clients
// `candor-RS256`, `candor-ES256`, `candor-EdDSA`, each with the secret `SECRET` below and ID tokens signed accordingly.
// `{ act: "requests" }` answers with what was asked, `{ act: "connections" }` with how many connections were opened; `{ act: "visit", address, login, refuse? }` is a person with a browser:
// it goes to an address, signs in, consents (or refuses), and answers with the address that it is sent back to.

import { createInterface } from 'node:readline';
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

// What it says besides its answers is no answer.
console.log = console.info = console.warn = console.error;

const SECRET = 'candor-secret-of-the-tests-0123456789';
const [redirectUri, people] = [process.argv[2], JSON.parse(process.argv[3])];
const requests = [];
let connections = 0;

const key = (alg, ...how) => ({
  ...generateKeyPairSync(...how).privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: `key-${alg}`,
});
const keys = [
  key('RS256', 'rsa', { modulusLength: 2048 }),
  key('ES256', 'ec', { namedCurve: 'P-256' }),
  key('EdDSA', 'ed25519'),
];

const server = createServer();
server.on('connection', () => { connections += 1; });
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: keys.map(({ alg }) => ({
    client_id: `candor-${alg}`,
    client_secret: SECRET,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    id_token_signed_response_alg: alg,
  })),
  jwks: { keys },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'] },
  cookies: { keys: ['a key of the tests'] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'given_name', 'birthdate', 'picture'] },
  features: { devInteractions: { enabled: true } },
  async findAccount(_, id) {
    return { accountId: id, claims: async () => ({ sub: id, ...people[id] }) };
  },
});
const answer = provider.callback();
server.on('request', (request, response) => {
  requests.push(`${request.method} ${request.url.split('?')[0]}`);
  answer(request, response);
});

// Goes from page to page with cookies, as a browser does, until it is sent back to the client.
async function visit({ address, login, refuse }) {
  const cookies = new Map();
  let next = { url: address };
  for (let steps = 0; steps < 20; steps += 1) {
    if (next.url.startsWith(redirectUri)) return next.url;
    const response = await fetch(next.url, {
      method: next.body ? 'POST' : 'GET',
      body: next.body,
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location) {
      next = { url: new URL(location, next.url).href };
      continue;
    }
    const page = await response.text();
    const prompt = page.match(/name="prompt" value="(\w+)"/)?.[1];
    if (!prompt) throw new Error(`no way on at ${next.url}: ${response.status} ${page.slice(0, 400)}`);
    if (refuse) next = { url: new URL(page.match(/href="([^"]*\/abort)"/)[1], next.url).href };
    else next = { url: next.url, body: new URLSearchParams({ prompt, login, password: 'any' }) };
  }
  throw new Error('sent round in circles');
}

const acts = { requests: async () => requests, connections: async () => connections, visit };
process.stdout.write(`${JSON.stringify({ ready: { issuer, secret: SECRET } })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { id, act, ...asked } = JSON.parse(line);
  let said;
  try {
    said = { id, value: await acts[act](asked) };
  } catch (error) {
    said = { id, error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
process.exit(0);
