// An agent that people authorise (Data Rights Protocol 1.0): signs with Node's own Ed25519, calls over fetch, and is called back.
//
// Arguments: the server's address, and files of the certificate and key (PEM) that it is called back under. Messages are
// combined mode, as libsodium writes them: base64( signature of 64 bytes, JSON ). `{ act: "keys" }` answers with its two keys;
// `{ act: "send", method, path, message, signer, token, envelope }` with what came of a call; `{ act: "told" }` with what it
// was told.

import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createInterface } from 'node:readline';

const [base, certificate, key] = process.argv.slice(2);
const pairs = { own: generateKeyPairSync('ed25519'), other: generateKeyPairSync('ed25519') };
const told = [];

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    told.push({ path: request.url, type: request.headers['content-type'], body: JSON.parse(Buffer.concat(parts)) });
    response.writeHead(200).end();
  });
});
await new Promise((done) => server.listen(0, 'localhost', done));

const raw = ({ publicKey }) => publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
const at = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

function seal(message, signer) {
  // What takes a request back holds a reason and nothing else (section 2.04).
  const said = 'agent-id' in message && { 'issued-at': at(-5), 'expires-at': at(600), 'drp.version': '1.0' };
  const whole = { ...said, ...message };
  const json = Buffer.from(JSON.stringify(whole));
  return Buffer.concat([sign(null, json, pairs[signer ?? 'own'].privateKey), json]).toString('base64');
}

const acts = {
  keys: () => ({ own: raw(pairs.own), other: raw(pairs.other) }),
  told: () => told,
  at: ({ seconds }) => at(seconds),
  async send({ method, path, message, signer, token, envelope }) {
    const body = envelope ?? (message && seal(message, signer));
    const headers = { ...(body && { 'content-type': 'text/plain' }), ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(`${base}${path}`, { method, headers, body });
    const bytes = Buffer.from(await response.arrayBuffer());
    const type = response.headers.get('content-type') ?? '';
    const answer = type.startsWith('application/json') ? JSON.parse(bytes) : bytes.toString('base64');
    return { status: response.status, type, answer, envelope: body ?? null };
  },
};

console.log(JSON.stringify({ ready: { port: server.address().port } }));
for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...asked } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ id, value: await acts[asked.act](asked) }));
  } catch (error) {
    console.log(JSON.stringify({ id, error: String(error) }));
  }
}
process.exit(0);
