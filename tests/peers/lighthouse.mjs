// Measures pages with Lighthouse, as a phone on a slow network sees them: one page a command, { id, url, cookie }.
//
// An answer's value is { scores: { category: 0 to 100 }, bytes, short: [what fell short, with its category] }.

import { createInterface } from 'node:readline';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const chrome = await launch({
  chromePath: process.argv[2],
  userDataDir: mkdtempSync(join(tmpdir(), 'lighthouse-')),
  ignoreDefaultFlags: false,
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage'],
});

async function measure({ url, cookie }) {
  const extraHeaders = cookie ? { Cookie: cookie } : {};
  const { lhr } = await lighthouse(url, {
    port: chrome.port,
    output: 'json',
    logLevel: 'error',
    onlyCategories: ['performance', 'accessibility', 'best-practices', 'seo'],
    extraHeaders,
    disableStorageReset: true,
  });
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
  const categories = Object.values(lhr.categories);
  const short = categories.flatMap(({ id, auditRefs }) => auditRefs
    .map(({ id: audit, weight }) => ({ ...lhr.audits[audit], weight }))
    .filter(({ score, weight }) => score !== null && score < 1 && weight > 0)
    .map(({ id: audit, title, displayValue }) => `${id}/${audit}: ${title}${displayValue ? ` (${displayValue})` : ''}`));
  return {
    scores: Object.fromEntries(categories.map(({ id, score }) => [id, Math.round(score * 100)])),
    bytes: lhr.audits['total-byte-weight'].numericValue,
    url: lhr.finalDisplayedUrl,
    short,
  };
}

process.stdout.write('{"ready":true}\n');
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const reply = await measure(command).then((value) => ({ value }), (error) => ({ error: String(error.message ?? error) }));
  process.stdout.write(`${JSON.stringify({ id: command.id, ...reply })}\n`);
}
await chrome.kill();
process.exit(0);
