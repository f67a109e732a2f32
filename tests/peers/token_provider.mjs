// oidc-provider that gives one client tokens of its own (client credentials), for the benchmark `token`.
//
// It says `{"ready": {"port": …, "pid": …, "secret": …}}` and serves until its input ends. `/token` gives opaque tokens, which is how it
// comes; with `resource=urn:candor:jwt` it gives JWTs that it signs with EdDSA.

import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

console.log = console.info = console.warn = console.error;

const SECRET = 'candor-secret-of-the-benchmark-0123456789';
const server = createServer();
server.keepAliveTimeout = 60_000;
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const { port } = server.address();
const key = { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), alg: 'EdDSA', use: 'sig', kid: 'key' };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'bench',
    client_secret: SECRET,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    id_token_signed_response_alg: 'EdDSA',
  }],
  jwks: { keys: [key] },
  enabledJWA: { idTokenSigningAlgValues: ['EdDSA'] },
  cookies: { keys: ['a key of the benchmark'] },
  scopes: ['openid', 'profile'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: 'profile', audience: 'urn:candor:jwt', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'EdDSA' } },
      }),
    },
  },
});
server.on('request', provider.callback());
process.stdout.write(`${JSON.stringify({ ready: { port, pid: process.pid, secret: SECRET } })}\n`);
process.stdin.resume().on('end', () => process.exit(0));
