// A controller that is called back (OpenDSR 2.0): it verifies what it is told with Node's own cryptography.
//
// Arguments: files of its certificate and key (PEM), and how many calls it answers with 500 first. `{ act: "told" }` answers
// with the calls that it took; `{ act: "verify", body, signature, certificate }` with whether a signature (base64) is one of a
// body by the key of the first certificate of a chain (PEM).

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createInterface } from 'node:readline';
import { X509Certificate, verify } from 'node:crypto';

const [certificate, key, failures] = process.argv.slice(2);
const told = [];
let left = Number(failures ?? 0);

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (left > 0) {
      left -= 1;
      response.writeHead(500).end();
      return;
    }
    told.push({
      path: request.url,
      domain: request.headers['x-opendsr-processor-domain'],
      signature: request.headers['x-opendsr-signature'],
      body: Buffer.concat(parts).toString(),
    });
    response.writeHead(202).end();
  });
});
await new Promise((done) => server.listen(0, 'localhost', done));

const acts = {
  told: () => told,
  verify: ({ body, signature, certificate: pem }) =>
    verify('sha256', Buffer.from(body), new X509Certificate(pem).publicKey, Buffer.from(signature, 'base64')),
};

console.log(JSON.stringify({ ready: { port: server.address().port } }));
for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...asked } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ id, value: acts[asked.act](asked) }));
  } catch (error) {
    console.log(JSON.stringify({ id, error: String(error) }));
  }
}
process.exit(0);
