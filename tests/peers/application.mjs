// An application that wants to be told when somebody signs out: it listens on this machine, checks each logout token with jose
// against the issuer's published keys, and remembers what came.
//
// It says `{"ready": {"url": …}}`. Acts: `expect` (issuer and client id, from then on tokens are checked), `answers` (the statuses of
// the next answers; afterwards 200), `heard` (what came so far).

import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const heard = [];
let expected;
let answers = [];

async function checked(token) {
  const { payload, protectedHeader } = await jwtVerify(token, expected.keys, {
    issuer: expected.issuer,
    audience: expected.client,
    typ: 'logout+jwt',
    maxTokenAge: '2 minutes',
    requiredClaims: ['iat', 'exp', 'jti', 'events'],
  });
  // Source: OpenID Connect Back-Channel Logout 1.0, section 2.6.
  if (!payload.sub && !payload.sid) throw new Error('neither sub nor sid');
  if (typeof payload.events[EVENT] !== 'object') throw new Error('it tells no logout');
  if ('nonce' in payload) throw new Error('a logout token has no nonce');
  return { claims: payload, algorithm: protectedHeader.alg };
}

const server = createServer((request, answer) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    const form = new URLSearchParams(Buffer.concat(parts).toString());
    const status = answers.shift() ?? 200;
    const one = { method: request.method, path: request.url, kind: request.headers['content-type'], status };
    heard.push(await checked(form.get('logout_token') ?? '').then((told) => ({ ...one, ...told }), (error) => ({ ...one, error: String(error) })));
    answer.writeHead(status, { 'cache-control': 'no-store' }).end();
  });
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

const acts = {
  expect({ issuer, client }) {
    expected = { issuer, client, keys: createRemoteJWKSet(new URL(`${issuer}/jwks.json`)) };
  },
  answers({ statuses }) { answers = statuses; },
  heard: () => heard,
};

process.stdout.write(`${JSON.stringify({ ready: { url: `http://127.0.0.1:${server.address().port}/signed-out` } })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id: command.id, value: acts[command.act](command) ?? null })}\n`);
}
process.exit(0);
