// Shows changes of a privacy policy on a site before they take effect. One tag is all:
//   <script src="https://privacy.example/notices.js" data-tenant="vendor" defer></script>
// Sets no cookie, sends nothing but one request without credentials, and needs of the site's Content-Security-Policy its
// own origin in script-src and connect-src. Under localStorage it keeps which notices were closed, and nothing else.
(() => {
  "use strict";
  const script = document.currentScript;
  const tenant = script && script.dataset.tenant;
  if (!tenant) return;

  const STYLE = `
    :host { all: initial; display: block; color-scheme: light dark; }
    section { box-sizing: border-box; display: flex; flex-wrap: wrap; gap: 0.75rem 1.5rem; align-items: flex-start;
      padding: 1rem max(1rem, calc(50vw - 36rem)); background: #faf2d2; color: #1b2124; border-bottom: 3px solid #8a6d00;
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
    div { flex: 1 1 20rem; min-width: 0; max-width: 75ch; }
    h2 { margin: 0; font-size: 1.0625rem; line-height: 1.3; }
    p, ul { margin: 0.35rem 0 0; }
    ul { padding-left: 1.2em; }
    a { color: #06463f; text-underline-offset: 0.18em; display: inline-block; padding-block: 0.2rem; margin-right: 1.25rem; }
    button { min-width: 44px; min-height: 44px; padding: 0 1.1rem; font: inherit; font-weight: 600; cursor: pointer;
      color: #1b2124; background: #fff; border: 1px solid #6b5600; border-radius: 6px; }
    a:focus-visible, button:focus-visible, section:focus-visible { outline: 3px solid #b4530a; outline-offset: 2px; }
    @media (prefers-color-scheme: dark) {
      section { background: #2b2710; color: #f2efe2; border-bottom-color: #c9a83a; }
      a { color: #a4ebe0; }
      button { color: #f2efe2; background: #14181a; border-color: #c9a83a; }
      a:focus-visible, button:focus-visible, section:focus-visible { outline-color: #ffb066; }
    }
    @media print { :host { display: none; } }`;
  const CHANGES_MAX = 3;
  const key = (id) => "candor-notice-" + id;

  // A browser that keeps nothing shows the notice on each page.
  const isClosed = (id) => { try { return localStorage.getItem(key(id)) !== null; } catch { return false; } };
  const keepClosed = (id) => { try { localStorage.setItem(key(id), "closed"); } catch { /* shown again */ } };

  const make = (name, text, parent) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  const link = (text, url, parent) => {
    const target = new URL(url, script.src);
    if (target.protocol !== "https:" && target.protocol !== "http:") return;
    make("a", text, parent).href = target.href;
  };

  const show = (notice) => {
    const host = make("div");
    host.className = "candor-notice";
    host.lang = "en";
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];

    const section = make("section", "", root);
    section.setAttribute("role", "region");
    section.setAttribute("aria-labelledby", "title");
    section.tabIndex = -1;
    const words = make("div", "", section);
    make("h2", notice.title, words).id = "title";
    make("p", notice.lead, words);
    if (notice.new_controller) make("p", "From then on, who decides about your data is: " + notice.new_controller + ".", words);
    const weighty = notice.changes.filter((change) => !["neutral", "narrows"].includes(change.class));
    const list = make("ul", "", words);
    for (const change of weighty.slice(0, CHANGES_MAX)) make("li", change.sentence, list);
    if (!list.firstChild) list.remove();
    const links = make("p", "", words);
    link("What changes, side by side", notice.comparison_url, links);
    for (const choice of notice.choices.filter((choice) => ["export", "leave"].includes(choice.kind))) {
      link(choice.kind === "export" ? "Get a copy of your data" : "Leave", choice.url, links);
    }

    const button = make("button", "Close", section);
    button.type = "button";
    button.setAttribute("aria-label", "Close this notice");
    const close = () => {
      keepClosed(notice.id);
      // Whoever works by keyboard goes on where they were: at the next notice, else at the top of the page.
      const next = host.nextElementSibling;
      host.remove();
      if (next && next.className === "candor-notice") next.shadowRoot.querySelector("section").focus();
      else if (document.activeElement === document.body || !document.activeElement) {
        const top = document.querySelector("main, h1") || document.body;
        if (!top.hasAttribute("tabindex")) top.tabIndex = -1;
        top.focus({ preventScroll: true });
      }
    };
    button.addEventListener("click", close);
    section.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    document.body.prepend(host);
  };

  const begin = () => fetch(new URL(encodeURIComponent(tenant) + "/notices.json", script.src),
    { credentials: "omit", referrerPolicy: "no-referrer" })
    .then((answer) => (answer.ok ? answer.json() : { items: [] }))
    // The newest comes first in the list, and stands topmost.
    .then(({ items }) => items.reverse().forEach((notice) => { if (!isClosed(notice.id)) show(notice); }))
    .catch(() => { /* a site goes on without its notice when the server is away */ });
  if (document.body) begin(); else addEventListener("DOMContentLoaded", begin);
})();
