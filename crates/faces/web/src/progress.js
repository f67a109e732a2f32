// A request on its way: shows what changed without the page being loaded again. Without this script a link does the same.
"use strict";

(() => {
  const WAIT_MS = 2000;
  const shown = document.getElementById("progress");
  if (!shown) return;
  const look = async () => {
    if (!shown.hasAttribute("data-live")) return;
    try {
      // What is read or opened is not taken away from under the reader.
      if (!document.hidden && !shown.contains(document.activeElement) && !shown.querySelector("details[open]")) {
        const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.getElementById("progress");
        // Nothing is shown here any more: whoever looks was signed out. A server that is busy is asked again.
        if (!now && answer.status < 500) return;
        if (!answer.ok || !now) throw new Error(`answered with ${answer.status}`);
        if (now.innerHTML !== shown.innerHTML) shown.replaceChildren(...now.childNodes);
        if (!now.hasAttribute("data-live")) {
          // It came to an end: what can be done about it has changed too.
          shown.removeAttribute("data-live");
          const next = page.getElementById("actions");
          const actions = document.getElementById("actions");
          if (next && actions && !actions.contains(document.activeElement)) actions.replaceWith(next);
          return;
        }
      }
    } catch {
      // The server does not answer now; it is asked again.
    }
    setTimeout(look, WAIT_MS);
  };
  setTimeout(look, WAIT_MS);
})();
