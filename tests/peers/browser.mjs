// Drives one Chromium for the tests: reads commands from its input and answers on its output, one JSON object a line.
//
// A command is { id, act, page?, ... }; its answer { id, value } or { id, error }. Every wait is bounded. When the input
// ends, so does the browser. `tests/src/browser.rs` is the other end, and says what each act promises.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--disable-default-apps',
];
// The rules of WCAG 2.2 A and AA, and what is good practice besides.
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const waitMs = Number(process.argv[2]);
const browser = await chromium.launch({ executablePath: process.argv[3], args: FLAGS });
const pages = new Map();

// One page in a context of its own: what another page was given as cookies is not sent by this one.
class Page {
  static async open({ options }) {
    const { javascript, scheme, width, height, language, trusting } = options;
    const context = await browser.newContext({
      javaScriptEnabled: javascript,
      colorScheme: scheme,
      viewport: { width, height },
      locale: language,
      ignoreHTTPSErrors: trusting,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(waitMs);
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Page.enable');
    return new Page(context, page, cdp);
  }

  constructor(context, page, cdp) {
    Object.assign(this, { context, page, cdp, requests: [], complaints: [], bytes: 0, open: new Set(), leaving: false });
    cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
      this.open.add(requestId);
      this.requests.push(request.url);
    });
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      this.open.delete(requestId);
      this.bytes += encodedDataLength;
    });
    cdp.on('Network.loadingFailed', ({ requestId }) => this.open.delete(requestId));
    page.on('request', (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) this.leaving = true;
    });
    // The page's own process says so the moment that a link, a form or a script asks for it, before anything is sent.
    const main = cdp.send('Page.getFrameTree').then(({ frameTree }) => frameTree.frame.id);
    const begun = async ({ frameId, disposition = 'currentTab' }) => {
      if (frameId === await main && disposition === 'currentTab') this.leaving = true;
    };
    cdp.on('Page.frameScheduledNavigation', begun);
    cdp.on('Page.frameRequestedNavigation', begun);
    page.on('framenavigated', (frame) => { if (frame === page.mainFrame()) this.leaving = false; });
    page.on('requestfailed', (request) => { if (request.isNavigationRequest()) this.leaving = false; });
    page.on('console', (said) => {
      if (['error', 'warning'].includes(said.type())) this.complaints.push(said.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  at({ by, name }) {
    switch (by) {
      case 'label': return this.page.getByLabel(name, { exact: true });
      case 'text': return this.page.getByText(name);
      case 'css': return this.page.locator(name);
      default: return this.page.getByRole(by, { name, exact: true });
    }
  }

  forget() {
    Object.assign(this, { requests: [], complaints: [], bytes: 0, open: new Set() });
  }

  // What scripts fetch once the page is loaded belongs to its weight and its requests too.
  async quiet() {
    const until = Date.now() + waitMs;
    for (let calm = 0; calm < 3 && Date.now() < until;) {
      await new Promise((done) => setTimeout(done, 20));
      calm = this.open.size === 0 ? calm + 1 : 0;
    }
  }

  async goto({ url }) {
    this.forget();
    const answer = await this.page.goto(url, { waitUntil: 'load', timeout: waitMs });
    await this.quiet();
    return { status: answer?.status() ?? 0, headers: answer ? await answer.allHeaders() : {} };
  }

  // What was clicked or pressed may lead to another page; then that page is waited for. Asked anything, the page's process
  // answers after it has said so. What a script begins later, whoever drives the page waits for.
  async settle() {
    const until = Date.now() + waitMs;
    await this.cdp.send('Runtime.evaluate', { expression: '0' }).catch(() => null);
    do {
      await new Promise((done) => setTimeout(done, 60));
    } while (this.leaving && Date.now() < until);
    await this.page.waitForLoadState('load');
  }

  async axe() {
    // Evaluated over the debugger's protocol, so that the page's own content security policy stays as it is.
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(
      (values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }),
      RULES,
    );
    return found.violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact: impact ?? '',
      help,
      nodes: nodes.slice(0, 20).map(({ target, html, failureSummary }) =>
        ({ target: target.join(' '), html: html.slice(0, 400), why: failureSummary ?? '' })),
    }));
  }
}

// Each act: what it does with its page and its command, and what it answers.
const acts = {
  goto: (p, c) => p.goto(c),
  back: (p) => p.page.goBack().then(() => null),
  reload: (p) => p.page.reload().then((answer) => answer?.status() ?? 0),
  fill: (p, c) => p.at(c.at).fill(c.value),
  select: (p, c) => p.at(c.at).selectOption({ label: c.value }),
  check: (p, c) => p.at(c.at).setChecked(c.is),
  upload: (p, c) => p.at(c.at).setInputFiles(c.path),
  // A click that leads to another page is over when that page is there.
  click: async (p, c) => { await p.at(c.at).click(); await p.settle(); },
  press: async (p, c) => { await p.page.keyboard.press(c.key); if (c.key !== 'Tab') await p.settle(); },
  type: (p, c) => p.page.keyboard.type(c.value),
  focused: (p) => p.page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return '';
    return at.labels?.[0]?.innerText.trim() || at.getAttribute('aria-label') || at.innerText?.trim() || at.name || at.tagName;
  }),
  waitFor: (p, c) => p.at(c.at).first().waitFor({ state: 'visible' }),
  waitForUrl: (p, c) => p.page.waitForURL((url) => url.href.includes(c.part)),
  text: (p, c) => p.at(c.at).first().innerText(),
  value: (p, c) => p.at(c.at).inputValue(),
  attribute: (p, c) => p.at(c.at).first().getAttribute(c.name),
  count: (p, c) => p.at(c.at).count(),
  isVisible: (p, c) => p.at(c.at).first().isVisible(),
  html: (p) => p.page.content(),
  url: (p) => p.page.url(),
  title: (p) => p.page.title(),
  evaluate: (p, c) => p.page.evaluate(c.expression),
  cookies: (p) => p.context.cookies(),
  setCookie: (p, c) => p.context.addCookies([c.cookie]),
  forgetCookies: (p) => p.context.clearCookies(),
  screenshot: (p, c) => p.page.screenshot({ path: c.path, fullPage: true }).then(() => null),
  viewport: (p, c) => p.page.setViewportSize({ width: c.width, height: c.height }),
  scheme: (p, c) => p.page.emulateMedia({ colorScheme: c.scheme }),
  headers: (p, c) => p.context.setExtraHTTPHeaders(c.headers),
  axe: (p) => p.axe(),
  weight: (p) => p.bytes,
  requests: (p) => p.requests,
  complaints: (p) => p.complaints,
  addAuthenticator: async (p, c) => {
    await p.cdp.send('WebAuthn.enable');
    return (await p.cdp.send('WebAuthn.addVirtualAuthenticator', { options: c.options })).authenticatorId;
  },
  removeAuthenticator: (p, c) => p.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: c.authenticator }),
  credentials: async (p, c) =>
    (await p.cdp.send('WebAuthn.getCredentials', { authenticatorId: c.authenticator })).credentials,
  addCredential: (p, c) =>
    p.cdp.send('WebAuthn.addCredential', { authenticatorId: c.authenticator, credential: c.credential }),
  removeCredential: (p, c) =>
    p.cdp.send('WebAuthn.removeCredential', { authenticatorId: c.authenticator, credentialId: c.credential }),
  verifiesUser: (p, c) =>
    p.cdp.send('WebAuthn.setUserVerified', { authenticatorId: c.authenticator, isUserVerified: c.is }),
  close: async (p, c) => { pages.delete(c.page); await p.context.close(); },
};

async function answer(command) {
  if (command.act === 'open') {
    pages.set(command.page, await Page.open(command));
    return null;
  }
  const page = pages.get(command.page);
  if (!page) throw new Error(`no page ${command.page} is open`);
  const act = acts[command.act];
  if (!act) throw new Error(`no act is called ${command.act}`);
  return (await act(page, command)) ?? null;
}

process.stdout.write('{"ready":true}\n');
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const reply = await answer(command).then((value) => ({ value }), (error) => ({ error: String(error.message ?? error) }));
  process.stdout.write(`${JSON.stringify({ id: command.id, ...reply })}\n`);
}
await browser.close();
process.exit(0);
